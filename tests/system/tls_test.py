"""The broker over TLS: mosquitto_pub and mosquitto_sub, Python's ssl, garbage, and certificates read again."""

import json
import os
import re
import shutil
import signal
import socket
import ssl

import mqtt_client
import programs
from certificates import Authority
from mqtt_client import PATIENCE, MqttClient
from programs import SystemTest, run


class TlsClient(MqttClient):
    """The raw client, over TLS."""

    def __init__(self, port, context, session=None):
        plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket = context.wrap_socket(plain, server_hostname="localhost", session=session)
        self._input = self._socket.makefile("rb")

    def certificate(self):
        return self._socket.getpeercert(binary_form=True)

    def session(self):
        return self._socket.session

    def is_resumed(self):
        return self._socket.session_reused


class TlsRig(SystemTest):
    def setUp(self):
        self.folder = self.directory()
        self.ca = Authority(self.folder)
        self.certificate, self.key = self.ca.issue_for_server()

    def start_tls_broker(self, options=""):
        return self.start_listener(f"mqtts://127.0.0.1:0?cert={self.certificate}&key={self.key}{options}")

    def context(self, ca=None, identity=None):
        context = ssl.create_default_context(cafile=(ca or self.ca).pem)
        if identity:
            context.load_cert_chain(*identity)
        return context

    def client(self, port, context=None):
        client = TlsClient(port, context or self.context())
        self.addCleanup(client.close)
        return client

    @staticmethod
    def secured(ca, identity=None):
        """Options of mosquitto_pub and mosquitto_sub."""
        own = ["--cert", identity[0], "--key", identity[1]] if identity else []
        return ["-h", "localhost", "--cafile", ca.pem, *own]


class Tls(TlsRig):
    def test_mosquitto_clients_in_every_version_and_qos(self):
        broker = self.start_tls_broker()
        secured = self.secured(self.ca)
        for version in "mqttv31", "mqttv311", "mqttv5":
            for qos in "0", "1", "2":
                with self.subTest(version=version, qos=qos):
                    kind = ["-V", version, "-q", qos, "-t", "station/7"]
                    subscriber = self.subscribe(broker.port, *secured, *kind, "-C", "1")
                    self.publish(broker.port, *secured, *kind, "-m", "4.2")
                    self.assertEqual(subscriber.end(), 0)
                    self.assertIn("4.2", subscriber.lines)

    def test_a_client_that_believes_another_ca_does_not_connect(self):
        broker = self.start_tls_broker()
        other = Authority(self.folder, "other")
        publish = ["-p", str(broker.port), "-t", "t", "-m", "x"]
        self.assertNotEqual(run("mosquitto_pub", *publish, *self.secured(other))[0], 0)
        broker.wait_for('handshake.failed .*reason="tlsv1 alert unknown ca"')
        self.assertEqual(run("mosquitto_pub", *publish, *self.secured(self.ca))[0], 0)

    def test_client_certificates_good_missing_and_of_another_ca(self):
        broker = self.start_tls_broker(f"&ca={self.ca.pem}&user=cn")
        publish = ["-p", str(broker.port), "-t", "t", "-m", "x"]
        good = self.ca.issue("ps-117")
        self.assertEqual(run("mosquitto_pub", *publish, *self.secured(self.ca, good))[0], 0)
        broker.wait_for("connection.secured .*user=ps-117")
        self.assertNotEqual(run("mosquitto_pub", *publish, *self.secured(self.ca))[0], 0)
        broker.wait_for('handshake.failed .*reason="peer did not return a certificate"')
        stranger = Authority(self.folder, "other").issue("ps-117", file="stranger")
        self.assertNotEqual(run("mosquitto_pub", *publish, *self.secured(self.ca, stranger))[0], 0)
        broker.wait_for('handshake.failed .*reason="unable to get local issuer certificate"')

    def test_versions_below_1_2_are_refused(self):
        broker = self.start_tls_broker()
        for version, is_good in (("tls1_1", False), ("tls1_2", True), ("tls1_3", True)):
            ends = ["-connect", f"127.0.0.1:{broker.port}", "-CAfile", self.ca.pem, "-cipher", "DEFAULT:@SECLEVEL=0"]
            status, output, _ = run("openssl", "s_client", f"-{version}", *ends, text="Q\n")
            self.assertEqual("Verify return code: 0 (ok)" in output and status == 0, is_good, output)
        broker.wait_for('handshake.failed .*reason="unsupported protocol"')
        strict = self.start_tls_broker("&min_version=1.3")
        context = self.context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with self.assertRaises(ssl.SSLError):
            self.client(strict.port, context)
        self.client(strict.port).open("modern", clean=True)

    def test_garbage_and_half_handshakes_cost_their_own_connection(self):
        broker = self.start_tls_broker("&handshake_timeout=1")
        healthy = self.client(broker.port)
        healthy.open("healthy", clean=True)
        silent = socket.create_connection(("127.0.0.1", broker.port), timeout=PATIENCE)
        for octets in (
            b"GET / HTTP/1.1\r\n\r\n",
            mqtt_client.connect("plain", clean=True),
            b"\x16\x03\x01\xff\xff" + b"\x01" * 1000,
            b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
            os.urandom(4096),
        ):
            with socket.create_connection(("127.0.0.1", broker.port), timeout=PATIENCE) as bad:
                bad.sendall(octets)
                bad.shutdown(socket.SHUT_WR)
                try:
                    while bad.recv(4096):  # an alert may come before the end
                        pass
                except ConnectionError:
                    pass
            broker.wait_for("handshake.failed ")
        self.assertEqual(silent.recv(1), b"")
        silent.close()
        broker.wait_for('handshake.failed .*reason="handshake: not done in time"')
        healthy.send(mqtt_client.PINGREQ)
        self.assertEqual(healthy.read(), (mqtt_client.PINGRESP[0], b""))

    def test_certificates_are_read_again_while_clients_are_connected(self):
        broker = self.start_tls_broker()
        early = self.client(broker.port)
        early.open("early", clean=True)
        before = early.certificate()
        renewed = self.ca.issue_for_server("renewed")
        with open(self.certificate, "w", encoding="utf-8") as file:
            file.write("half a file")
        broker.send_signal(signal.SIGHUP)
        broker.wait_for(f"error listener.kept .*certificate {self.certificate}: no certificate in PEM")
        self.assertEqual(self.client(broker.port).certificate(), before)
        for new, old in zip(renewed, (self.certificate, self.key)):
            shutil.copy(new, old)
        broker.send_signal(signal.SIGHUP)
        broker.wait_for("listener.reloaded listen=mqtts://")
        late = self.client(broker.port)
        self.assertNotEqual(late.certificate(), before)
        late.open("late", clean=True)
        for client in early, late:
            client.send(mqtt_client.PINGREQ)
            self.assertEqual(client.read(), (mqtt_client.PINGRESP[0], b""))
        self.assertEqual(broker.stop(), 0)

    def test_what_is_wrong_with_a_file_is_said_at_the_start(self):
        missing = os.path.join(self.folder, "nowhere.pem")
        url = f"mqtts://127.0.0.1:0?cert={missing}&key={self.key}"
        for arguments in (["--listen", url], ["--listen", url, "--check-config"]):
            status, _, error = run("trunkline-broker", *arguments)
            self.assertEqual(status, 1)
            self.assertEqual(error, f"trunkline-broker: certificate {missing}: No such file or directory\n")
        _, other_key = self.ca.issue_for_server("other")
        url = f"mqtts://127.0.0.1:0?cert={self.certificate}&key={other_key}"
        status, _, error = run("trunkline-broker", "--listen", url)
        self.assertEqual(status, 1)
        self.assertIn(f"key {other_key}: does not belong to certificate {self.certificate}", error)

    def test_options_may_stand_in_the_file(self):
        path = os.path.join(self.folder, "broker.json")
        listener = {"url": "mqtts://127.0.0.1:0", "cert": self.certificate, "key": self.key, "ca": self.ca.pem}
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"listen": [listener]}, file)
        broker = self.start("trunkline-broker", "--config", path)
        port = re.search(r"listen=mqtts://127\.0\.0\.1:(\d+)", broker.wait_for(" ready ")).group(1)
        good = self.secured(self.ca, self.ca.issue("ps-117"))
        self.assertEqual(run("mosquitto_pub", "-p", port, "-t", "t", "-m", "x", *good)[0], 0)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"listen": [{**listener, "crt": "x"}]}, file)
        status, _, error = run("trunkline-broker", "--config", path)
        self.assertEqual(status, 2)
        self.assertRegex(error, f"{path}:1: /listen/0: .*unknown option crt; did you mean cert\\?")

    def test_a_listener_that_wants_certificates_may_be_reached_by_others(self):
        url = f"mqtts://0.0.0.0:0?cert={self.certificate}&key={self.key}"
        self.assertEqual(run("trunkline-broker", "--listen", url, "--check-config")[0], 2)
        self.assertEqual(run("trunkline-broker", "--listen", f"{url}&ca={self.ca.pem}", "--check-config")[0], 0)
        optional = f"{url}&ca={self.ca.pem}&client_cert=optional"
        self.assertEqual(run("trunkline-broker", "--listen", optional, "--check-config")[0], 2)


if __name__ == "__main__":
    programs.main("__main__")
