"""TLS with pre-shared keys: mosquitto_pub and mosquitto_sub, openssl s_client in both versions, and a key taken away."""

import os
import re
import subprocess

import programs
from mqtt_client import PATIENCE
from programs import SystemTest, run

BROKER = "trunkline-broker"
KEY = "00112233445566778899aabbccddeeff"
OTHER = "ffeeddccbbaa99887766554433221100"


class Psk(SystemTest):
    def setUp(self):
        self.folder = self.directory()
        self.keys = os.path.join(self.folder, "keys")
        self.write(f"# sensors\nps-117:{KEY}\nps-118:{OTHER}\n")

    def write(self, text):
        with open(self.keys, "w", encoding="utf-8") as file:
            file.write(text)

    def start_psk_broker(self, options="", *arguments):
        return self.start_listener(f"mqtts://127.0.0.1:0?psk_hint=station-7{options}", "--psk-file", self.keys, *arguments)

    @staticmethod
    def secured(identity="ps-117", key=KEY):
        return ["-h", "localhost", "--psk", key, "--psk-identity", identity]

    def test_mosquitto_clients(self):
        broker = self.start_psk_broker()
        subscriber = self.subscribe(broker.port, *self.secured(), "-t", "t", "-C", "1")
        self.publish(broker.port, *self.secured("ps-118", OTHER), "-t", "t", "-m", "4.2")
        self.assertEqual(subscriber.end(), 0)
        self.assertIn("4.2", subscriber.lines)

    def test_wrong_keys_and_unknown_identities_do_not_get_in(self):
        broker = self.start_psk_broker()
        for identity, key in ("ps-117", OTHER), ("nobody", KEY):
            status = run("mosquitto_pub", "-p", str(broker.port), *self.secured(identity, key), "-t", "t", "-m", "x")[0]
            self.assertNotEqual(status, 0)
            broker.wait_for("handshake.failed ")

    def test_the_identity_is_the_user_if_the_listener_says_so(self):
        for options, is_user in ("", False), ("&user=identity", True):
            broker = self.start_psk_broker(options)
            self.publish(broker.port, *self.secured(), "-t", "t", "-m", "x", "-i", "sensor")
            line = broker.wait_for("client.connected client_id=sensor")
            self.assertEqual("user=ps-117" in line, is_user, line)

    def test_openssl_in_both_versions(self):
        broker = self.start_psk_broker("&user=identity")
        for version, cipher in (("tls1_2", "PSK"), ("tls1_3", "TLS_.*_SHA256")):
            ends = ["-connect", f"127.0.0.1:{broker.port}", "-psk_identity", "ps-117"]
            s_client = ["openssl", "s_client", f"-{version}", *ends, "-psk", KEY]
            with subprocess.Popen(s_client, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
                # Until then it must not end: its end could come together with the last of the handshake.
                broker.wait_for("connection.secured .*user=ps-117")
                output, _ = client.communicate("Q\n", timeout=PATIENCE)
            self.assertEqual(client.returncode, 0, output)
            self.assertRegex(output, f"Cipher is .*{cipher}")
            run("openssl", "s_client", f"-{version}", *ends, "-psk", OTHER, text="Q\n")
            broker.wait_for("handshake.failed ")

    def test_a_key_that_is_taken_away_opens_nothing_any_more(self):
        broker = self.start_psk_broker()
        early = self.subscribe(broker.port, *self.secured(), "-t", "t", "-C", "1")
        self.write("ps-118:xyz\n")
        broker.wait_for(r"error listener.kept .*psk_file .*keys:1: a key of 1 to 256 octets is wanted")
        self.publish(broker.port, *self.secured(), "-t", "other", "-m", "x")
        self.write(f"ps-118:{OTHER}\n")
        broker.wait_for("listener.reloaded ")
        status = run("mosquitto_pub", "-p", str(broker.port), *self.secured(), "-t", "t", "-m", "x")[0]
        self.assertNotEqual(status, 0)
        self.publish(broker.port, *self.secured("ps-118", OTHER), "-t", "t", "-m", "x")
        self.assertEqual(early.end(), 0)

    def test_such_a_listener_may_be_reached_by_others(self):
        wide = ["--listen", "mqtts://0.0.0.0:0?psk_hint=x", "--psk-file", self.keys, "--check-config"]
        self.assertEqual(run(BROKER, *wide)[0], 0)

    def test_what_is_wrong_is_said_at_the_start(self):
        listener = "mqtts://127.0.0.1:0"
        self.write("ps-117\n")
        for arguments, status, because in (
            (["--listen", f"{listener}?psk_hint=x"], 2, "psk_hint wants keys: add --psk-file FILE"),
            (["--listen", "mqtt://127.0.0.1:0", "--psk-file", self.keys], 2, "no listener wants keys"),
            (["--listen", f"{listener}?psk_hint=x&cert=c.pem", "--psk-file", self.keys], 2, "use two listeners"),
            (["--listen", f"{listener}?psk_hint=x", "--psk-file", self.keys], 1, "keys:1: IDENTITY:KEY is wanted")):
            with self.subTest(because=because):
                got, _, error = run(BROKER, *arguments, "--check-config")
                self.assertEqual(got, status)
                self.assertEqual(error.count("\n"), 1)
                self.assertIn(because, error)


if __name__ == "__main__":
    programs.main("__main__")
