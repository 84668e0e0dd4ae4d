"""Sensors with DTLS: openssl s_client with keys and certificates, who may have which ClientId, other addresses, files
that are read again, restarts."""

import os
import re
import socket
import urllib.request

import programs
from certificates import Authority
from dtls_sensor import DtlsSensor
from gateway_rig import GatewayTest
from programs import run
from sensor import CONNACK, CONNECT, PINGREQ, PINGRESP, PROTOCOL_ID, CLEAN_SESSION, message

KEY = "00112233445566778899aabbccddeeff"
OTHER = "ffeeddccbbaa99887766554433221100"
NOT_SUPPORTED = b"\x03"


def connect_as(client_id):
    return message(CONNECT, bytes([CLEAN_SESSION, PROTOCOL_ID, 0, 60]) + client_id.encode())


class Dtls(GatewayTest):
    def setUp(self):
        self.folder = self.directory()
        self.keys = os.path.join(self.folder, "keys")
        self.write(f"ps-117:{KEY}\nps-118:{OTHER}\n")
        self.broker = self.start_broker()

    def write(self, text):
        with open(self.keys, "w", encoding="utf-8") as file:
            file.write(text)

    def start_dtls_gateway(self, options="", *arguments, port=0):
        listener = f"dtls://127.0.0.1:{port}?{options or 'psk_file=' + self.keys}"
        gateway = self.start("trunkline-gateway", "--listen", listener, "--broker",
                             f"mqtt://127.0.0.1:{self.broker.port}", *arguments)
        gateway.port = int(re.search(r"dtls://127\.0\.0\.1:(\d+)", gateway.wait_for(" ready ")).group(1))
        return gateway

    def start_dtls_sensor(self, gateway, client_id, *options):
        sensor = DtlsSensor(gateway.port, client_id, *options)
        self.addCleanup(sensor.close)
        return sensor

    def with_key(self, gateway, identity="ps-117", key=KEY, client_id=None, more=()):
        return self.start_dtls_sensor(gateway, client_id or identity, "-psk_identity", identity, "-psk", key, *more)

    def test_a_reading_with_a_key(self):
        """G9: PSK, both directions"""
        gateway = self.start_dtls_gateway()
        subscriber = self.subscribe(self.broker.port, "-t", "p/#", "-C", "1")
        sensor = self.with_key(gateway)
        sensor.connect()
        sensor.publish(sensor.register("p/117"), b"21.5")
        self.assertEqual(subscriber.end(), 0)
        self.assertIn("21.5", subscriber.lines)
        sensor.subscribe("command", 1)
        self.publish(self.broker.port, "-t", "command", "-m", "open", "-q", "1")
        self.assertEqual(sensor.receive_publish(), ("command", 1, b"open"))
        sensor.disconnect()

    def test_what_is_counted(self):
        gateway = self.start_dtls_gateway("", "--http", "127.0.0.1:0")
        port = int(re.search(r"http=http://127\.0\.0\.1:(\d+)", gateway.lines[-1]).group(1))
        self.with_key(gateway).connect()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=programs.PATIENCE) as page:
            metrics = page.read().decode()
        for line in ("trunkline_gateway_dtls_peers 1", "trunkline_gateway_dtls_handshakes_total 1",
                     "trunkline_gateway_dtls_hellos_total 2"):
            self.assertIn("\n" + line + "\n", metrics)

    def test_wrong_keys_do_not_get_in(self):
        gateway = self.start_dtls_gateway("psk_file=" + self.keys + "&handshake_timeout=3")
        self.with_key(gateway, key=OTHER)
        gateway.wait_for("handshake.failed peer=127.0.0.1:.* listen=dtls://127.0.0.1:.* reason=")
        stranger = self.with_key(gateway, identity="nobody")
        stranger.wait_for_end()
        self.with_key(gateway).connect()

    def test_a_client_id_is_its_identitys(self):
        """G9, G16: no other ClientId is let in by that key, and nobody takes that one over plain UDP"""
        gateway = self.start_dtls_gateway("", "--listen", "udp://127.0.0.1:0")
        thief = self.with_key(gateway, client_id="ps-118")
        thief.send(connect_as("ps-118"))
        self.assertEqual(thief.receive(CONNACK), NOT_SUPPORTED)
        gateway.wait_for("sensor.refused client_id=ps-118 .*of_another")
        thief.send(connect_as("ps-117"))
        self.assertEqual(thief.receive(CONNACK), b"\x00")

        plain = int(re.search(r"udp://127\.0\.0\.1:(\d+)", " ".join(gateway.lines)).group(1))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as spoofer:
            spoofer.settimeout(programs.PATIENCE)
            spoofer.connect(("127.0.0.1", plain))
            spoofer.send(connect_as("ps-117"))
            self.assertEqual(spoofer.recv(64), message(CONNACK, NOT_SUPPORTED))

    def test_client_ids_may_be_free(self):
        gateway = self.start_dtls_gateway("psk_file=" + self.keys + "&client_id=any")
        self.with_key(gateway, client_id="valve-1").connect()
        self.with_key(gateway, client_id="valve-2").connect()

    def test_at_another_address_it_goes_on(self):
        """G16: after a handshake from there, without CONNECT"""
        gateway = self.start_dtls_gateway()
        sensor = self.with_key(gateway)
        sensor.connect()
        topic = sensor.register("p")
        moved = self.with_key(gateway)
        moved.publish(topic, b"from elsewhere")
        gateway.wait_for("sensor.moved client_id=ps-117")
        moved.send(message(PINGREQ))
        self.assertEqual(moved.receive(PINGRESP), b"")

    def test_certificates(self):
        """G9: certificates of both sides"""
        authority = Authority(self.folder)
        server, server_key = authority.issue_for_server()
        pem, key = authority.issue("ps-117")
        stranger = Authority(self.directory(), "stranger").issue("ps-117")
        gateway = self.start_dtls_gateway(f"cert={server}&key={server_key}&ca={authority.pem}")
        self.start_dtls_sensor(gateway, "ps-117", "-cert", pem, "-key", key, "-CAfile", authority.pem,
                               "-verify_return_error").connect()
        self.start_dtls_sensor(gateway, "ps-117", "-cert", stranger[0], "-key", stranger[1]).wait_for_end()
        gateway.wait_for("handshake.failed .*reason=")
        self.start_dtls_sensor(gateway, "ps-117").wait_for_end()

    def test_sessions_are_resumed(self):
        gateway = self.start_dtls_gateway()
        ticket = os.path.join(self.folder, "session")
        ends = ["-dtls1_2", "-connect", f"127.0.0.1:{gateway.port}", "-psk_identity", "ps-117", "-psk", KEY]
        first = run("openssl", "s_client", *ends, "-sess_out", ticket, text="Q\n")[1]
        self.assertRegex(first, "(?m)^New, TLSv1.2, Cipher is ")
        self.assertRegex(run("openssl", "s_client", *ends, "-sess_in", ticket, text="Q\n")[1], "(?m)^Reused, ")
        self.write(f"ps-117:{KEY}\n")  # tickets end with the file that they came from
        gateway.wait_for("listener.reloaded listen=dtls://")
        self.assertRegex(run("openssl", "s_client", *ends, "-sess_in", ticket, text="Q\n")[1], "(?m)^New, ")

    def test_a_key_that_is_taken_away_opens_nothing_any_more(self):
        gateway = self.start_dtls_gateway()
        early = self.with_key(gateway)
        early.connect()
        other = self.with_key(gateway, "ps-118", OTHER)
        other.connect()
        self.write("ps-118:xyz\n")
        gateway.wait_for(r"error listener.kept listen=dtls://.*keys:1: a key of 1 to 256 octets is wanted")
        early.ping()
        self.write(f"ps-118:{OTHER}\n")
        gateway.wait_for("listener.reloaded ")
        self.with_key(gateway).wait_for_end()
        other.ping()
        early.send(message(PINGREQ))
        early.wait_for_end()
        gateway.wait_for("session.ended peer=.* name=ps-117 .*reason=\"its key or certificate is not good any more\"")
        self.with_key(gateway, "ps-118", OTHER).connect()

    def test_a_restart_costs_a_handshake_only(self):
        data = self.directory()
        gateway = self.start_dtls_gateway("", "--data", data)
        sensor = self.with_key(gateway)
        sensor.connect(clean=False)
        topic = sensor.register("p")
        self.assertEqual(gateway.stop(), 0)
        sensor.wait_for_end()
        again = self.start_dtls_gateway("", "--data", data, port=gateway.port)
        returned = self.with_key(again)
        returned.publish_until_accepted(topic, b"as before")

    def test_what_is_wrong_is_said_at_the_start(self):
        for options, because in (
                ("", "a certificate is missing: add"),
                ("psk_file=k&client_id=x", "client_id: bound or any is wanted"),
                ("psk_file=k&mtu=100", "mtu: a number from 256 to 9000 is wanted"),
                ("psk_file=k&min_version=1.3", "min_version means something to streams only"),
                ("cert=c&key=k&client_id=bound", "client_id=bound wants everybody to have a name")):
            with self.subTest(options=options):
                listener = "dtls://127.0.0.1:0" + ("?" + options if options else "")
                status, _, error = run("trunkline-gateway", "--check-config", "--listen", listener)
                self.assertEqual(status, 2)
                self.assertEqual(error.count("\n"), 1)
                self.assertIn(because, error)
        status, _, error = run("trunkline-gateway", "--check-config", "--listen", "dtls://127.0.0.1:0?psk_file=/no/where")
        self.assertEqual(status, 1)
        self.assertIn("psk_file /no/where: No such file or directory", error)


if __name__ == "__main__":
    programs.main("__main__")
