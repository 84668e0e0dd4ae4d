"""How the gateway gets to its broker: over TLS, with names and passwords."""

import os
import re
import shutil
import signal
import socket
import subprocess

import programs
from certificates import Authority
from gateway_rig import GatewayTest
from programs import run
from sensor import CONNACK, CONNECT, PROTOCOL_ID, message


def connect_message(client_id):
    return message(CONNECT, bytes([0x04, PROTOCOL_ID, 0, 60]) + client_id.encode())


class UpstreamTest(GatewayTest):
    def reading_arrives(self, gateway, broker_port, *subscriber_options):
        subscriber = self.subscribe(broker_port, "-t", "#", "-q", "1", "-v", "-C", "1", *subscriber_options)
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        sensor.publish(sensor.register("station/7"), b"4.2")
        self.assertEqual(subscriber.end(), 0)
        self.assertIn("station/7 4.2", subscriber.lines)
        return sensor


def heap_kib(pid):
    """Of the heap of a process, what is in memory."""
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as mappings:
        for line in mappings:
            if line.rstrip().endswith("[heap]"):
                return next(int(entry.split()[1]) for entry in mappings if entry.startswith("Rss:"))
    return 0


class MemoryOfSpareConnections(UpstreamTest):
    def test_it_is_there_before_sensors_come(self):
        broker = self.start_broker()
        few, many = (self.start_gateway(broker.port, "--spare-connections", number) for number in ("1", "1000"))
        for gateway in few, many:
            self.start_sensor(gateway, "ps-117").connect()
        if heap_kib(few.pid) < 100:
            self.skipTest("its malloc() has no heap of the system's: a sanitizer's")
        self.assertLess(heap_kib(few.pid), 4000)
        self.assertGreaterEqual(heap_kib(many.pid), 4000)


class FromSeveralAddresses(UpstreamTest):
    def test_connections_take_turns(self):
        """Whether the broker's name has to be looked up or not."""
        for host in "127.0.0.1", "localhost":
            broker = self.start_broker("--log-level", "debug")
            sources = ["--broker-source", "127.0.0.2", "--broker-source", "127.0.0.3"]
            gateway = self.start_gateway_to([f"mqtt://{host}:{broker.port}"], *sources)
            for number, source in enumerate(["127.0.0.2", "127.0.0.3", "127.0.0.2"]):
                self.start_sensor(gateway, f"ps-{number}").connect()
                broker.wait_for(f"client.connected client_id=ps-{number} peer={source}:")
            self.assertEqual(gateway.stop(), 0)

    def test_the_next_address_of_a_name_is_tried_when_one_is_silent(self):
        """As that of a machine that is switched off: nothing comes back from there, not even a refusal."""
        hosts = os.path.join(self.directory(), "hosts")
        with open(hosts, "w", encoding="utf-8") as file:
            file.write("127.0.0.1 broker.example\n127.0.0.9 broker.example\n")
        own_hosts = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                     'mount --bind "$1" /etc/hosts && shift && exec "$@"', "sh", hosts]
        if subprocess.run([*own_hosts, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no file of hosts of its own can be had here")
        silent = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.addCleanup(silent.close)
        port = silent.getsockname()[1]
        only_one = socket.create_connection(("127.0.0.1", port))  # to others the system says nothing at all
        self.addCleanup(only_one.close)
        self.start("trunkline-broker", "--listen", f"mqtt://127.0.0.9:{port}").wait_for(" ready ")
        ends = ["--listen", "udp://127.0.0.1:0", "--broker", f"mqtt://broker.example:{port}"]
        gateway = self.start(*own_hosts, programs.program("trunkline-gateway"), *ends)
        gateway.port = int(re.search(r"listen=udp://127\.0\.0\.1:(\d+)", gateway.wait_for(" ready ")).group(1))
        self.start_sensor(gateway, "ps-117").connect()

    def test_an_address_that_this_machine_has_not_is_told(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--broker-source", "192.0.2.1")
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.send(connect_message("ps-117"))
        gateway.wait_for('upstream.unreachable .*error="Cannot assign requested address"')


class OverTls(UpstreamTest):
    def setUp(self):
        self.folder = self.directory()
        self.ca = Authority(self.folder)
        self.certificate, self.key = self.ca.issue_for_server()

    def test_our_broker_asks_for_a_certificate(self):
        url = f"mqtts://127.0.0.1:0?cert={self.certificate}&key={self.key}&ca={self.ca.pem}&user=cn"
        broker = self.start_listener(url)
        certificate, key = self.ca.issue("gateway-1")
        own = ["--broker-cert", certificate, "--broker-key", key]
        gateway = self.start_gateway_to([broker.url], "--broker-cafile", self.ca.pem, *own)
        self.reading_arrives(gateway, broker.port, "--cafile", self.ca.pem, "--cert", certificate, "--key", key)
        broker.wait_for("connection.secured .*user=gateway-1")
        self.assertEqual(gateway.stop(), 0)

    def test_connections_that_are_open_before_a_sensor_comes(self):
        """G19: with the handshake behind them; and what a restart of the broker has broken costs no sensor anything."""
        url = f"mqtts://127.0.0.1:0?cert={self.certificate}&key={self.key}"
        broker = self.start_listener(url)
        spares = ["--spare-connections", "2", "--spare-connection-age", "60", "--broker-backoff", "2"]
        gateway = self.start_gateway_to([broker.url], "--broker-cafile", self.ca.pem, *spares)
        for _ in range(2):
            broker.wait_for("connection.secured")
        self.assertFalse(any("client.connected" in line for line in broker.new_lines()))
        self.reading_arrives(gateway, broker.port, "--cafile", self.ca.pem)
        broker.stop(signal.SIGKILL)
        again = self.start_listener(url.replace(":0?", f":{broker.port}?"))
        sensor = self.start_sensor(gateway, "ps-118")
        sensor.connect()
        again.wait_for("client.connected client_id=ps-118")
        self.assertEqual(gateway.stop(), 0)

    def test_mosquitto(self):
        """G8: another's server over TLS, certificates of both sides"""
        tls = [f"cafile {self.ca.pem}", f"certfile {self.certificate}", f"keyfile {self.key}"]
        mosquitto = self.start_mosquitto(*tls, "require_certificate true", "user root")
        certificate, key = self.ca.issue("gateway-1")
        own = ["--broker-cafile", self.ca.pem, "--broker-cert", certificate, "--broker-key", key]
        gateway = self.start_gateway_to([f"mqtts://localhost:{mosquitto.port}"], *own)
        identity = ["--cert", certificate, "--key", key]
        self.reading_arrives(gateway, mosquitto.port, "--cafile", self.ca.pem, *identity)

    def test_a_broker_that_is_another_is_not_believed(self):
        broker = self.start_listener(f"mqtts://127.0.0.1:0?cert={self.certificate}&key={self.key}")
        other = Authority(self.folder, "other")
        by_name = ["--broker-cafile", self.ca.pem, "--broker-server-name", "broker.example"]
        for options, why in (
            (["--broker-cafile", other.pem], "unable to get local issuer certificate"),
            ([], "unable to get local issuer certificate"),
            (by_name, "hostname mismatch"),
        ):
            gateway = self.start_gateway_to([broker.url], *options)
            sensor = self.start_sensor(gateway, "ps-117")
            sensor.send(connect_message("ps-117"))
            self.assertEqual(sensor.receive(CONNACK), b"\x01")  # congestion: it may be healed
            gateway.wait_for(f'upstream.unreachable broker={broker.url} error="{why}"')
            self.assertEqual(gateway.stop(), 0)

    def test_certificates_are_read_again(self):
        broker = self.start_listener(f"mqtts://127.0.0.1:0?cert={self.certificate}&key={self.key}")
        other = Authority(self.folder, "other")
        believed = os.path.join(self.folder, "believed.pem")
        shutil.copy(other.pem, believed)
        gateway = self.start_gateway_to([broker.url], "--broker-cafile", believed)
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.send(connect_message("ps-117"))
        self.assertEqual(sensor.receive(CONNACK), b"\x01")
        shutil.copy(self.ca.pem, believed)
        gateway.wait_for("upstream_tls.reloaded")  # the file has changed
        self.reading_arrives(gateway, broker.port, "--cafile", self.ca.pem).disconnect()
        gateway.send_signal(signal.SIGHUP)
        gateway.wait_for("upstream_tls.reloaded")
        with open(believed, "w", encoding="utf-8") as file:
            file.write("half a certif")
        gateway.wait_for(f"upstream_tls.kept error=.*{believed}: no certificates in PEM")
        self.reading_arrives(gateway, broker.port, "--cafile", self.ca.pem)

    def test_a_file_that_cannot_be_used_ends_the_start(self):
        options = ["--broker", "mqtts://127.0.0.1", "--broker-cafile", "/nowhere/ca.pem"]
        for checked in [], ["--check-config"]:
            status, _, error = run("trunkline-gateway", "--listen", "udp://127.0.0.1:0", *options, *checked)
            self.assertEqual((status, error.count("\n")), (1, 1), error)
            self.assertIn("ca /nowhere/ca.pem: No such file or directory", error)


class WithPasswords(UpstreamTest):
    def setUp(self):
        self.folder = self.directory()

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start_guarded_broker(self, *users):
        passwords = self.write("passwords", "")
        for user in users:
            status, _, error = run("trunkline-broker", "passwd", passwords, user, "--stdin", text="s3cret\n")
            self.assertEqual(status, 0, error)
        return self.start_broker("--password-file", passwords, "--log-level", "debug")

    def test_each_sensor_has_its_own(self):
        broker = self.start_guarded_broker("field", "sensor-ps-118")
        own = self.write("credentials", "\ufeff# our sensors\nps-117:field:s3cret\nps-119:field:wrong\n")
        shared = ["--broker-username", "sensor-%c", "--broker-password-file", self.write("password", "\ufeffs3cret\n")]  # an editor's mark of UTF-8
        gateway = self.start_gateway(broker.port, "--broker-credentials", own, *shared)
        for client_id in "ps-117", "ps-118":
            self.start_sensor(gateway, client_id).connect()
        for client_id in "ps-119", "ps-120":  # a wrong password, a user whom the broker does not know
            sensor = self.start_sensor(gateway, client_id)
            sensor.send(connect_message(client_id))
            self.assertEqual(sensor.receive(CONNACK), b"\x03")
            gateway.wait_for(f"sensor.refused client_id={client_id} .* by=broker return_code=3 .*reason=")
        self.write("credentials", "ps-119:field:s3cret\n")
        gateway.wait_for("credentials.reloaded")
        self.start_sensor(gateway, "ps-119").connect()
        self.write("credentials", "ps-119:field\n")
        gateway.wait_for(f'credentials.kept error="{own}:1: CLIENTID:USER:PASSWORD is wanted"')
        gateway.stop()
        self.assertFalse([line for line in gateway.lines if "s3cret" in line])

    def test_files_that_cannot_be_used_end_the_start(self):
        for options, because in (
            (["--broker-credentials", "/nowhere"], "/nowhere: No such file or directory"),
            (["--broker-credentials", self.write("bad", "a:b\n")], "bad:1: CLIENTID:USER:PASSWORD is wanted"),
            (["--broker-username", "u", "--broker-password-file", self.write("empty", "\n")], "its first line is empty"),
        ):
            for checked in [], ["--check-config"]:
                status, _, error = run("trunkline-gateway", "--listen", "udp://127.0.0.1:0", *options, *checked)
                self.assertEqual((status, error.count("\n")), (1, 1), error)
                self.assertIn(because, error)


if __name__ == "__main__":
    programs.main("__main__")
