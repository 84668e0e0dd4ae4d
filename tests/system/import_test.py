"""trunkline-broker import: mosquitto.conf files as people have them, and what is made of them."""

import json
import os
import re

import programs
from certificates import Authority
from programs import SystemTest, free_port, run

BROKER = "trunkline-broker"


def without_comments(text):
    return json.loads(re.sub(r"(?m)(^|\s)//.*$", "", text))


class Import(SystemTest):
    def setUp(self):
        self.folder = self.directory()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def translate(self, text, status=0):
        """Settings, and the lines of standard error."""
        conf = self.write("mosquitto.conf", text)
        got, output, error = run(BROKER, "import", conf)
        self.assertEqual(got, status, error)
        self.assertEqual(run(BROKER, "--config", self.write("broker.json", output), "--check-config")[0],
                         self.expected_check, output)
        return without_comments(output), error.replace(conf, "conf").splitlines()

    expected_check = 0

    def test_nothing_at_all_is_this_machine_and_anybody_on_it(self):
        settings, said = self.translate("# nothing\n")
        self.assertEqual(settings, {"listen": [{"url": "mqtt://127.0.0.1:1883", "allow_anonymous": "true"}]})
        self.assertEqual(said, [])

    def test_debians_own_file(self):
        """/etc/mosquitto/mosquitto.conf as the package has it, with a listener of conf.d beside."""
        self.write("conf.d/b.conf", "listener 1883\nallow_anonymous true\n")
        self.write("conf.d/ignored.txt", "nonsense\n")
        text = ("pid_file /run/mosquitto/mosquitto.pid\n\npersistence true\n"
                f"persistence_location {self.folder}/\n\nlog_dest file /var/log/mosquitto/mosquitto.log\n\n"
                f"include_dir {self.path('conf.d')}\n")
        settings, said = self.translate(text)
        self.assertEqual(settings, {"listen": [{"url": "mqtt://[::]:1883", "allow_anonymous": "true"}],
                                    "data": f"{self.folder}/"})
        self.assertEqual([" ".join(line.split()[:3]) for line in said],
                         ["note: conf:1: pid_file:", "note: conf:6: log_dest:", "note: conf:4: persistence_location"])

    def test_a_plant_with_tls_passwords_and_limits(self):
        ca = Authority(self.folder)
        certificate, key = ca.issue_for_server()
        passwords = self.path("passwords")
        self.assertEqual(run("mosquitto_passwd", "-c", "-b", passwords, "north", "secret")[0], 0)
        acl = self.write("acl", "user north\ntopic readwrite #\n")
        settings, said = self.translate(f"""
password_file {passwords}
acl_file {acl}
allow_anonymous false
max_inflight_messages 40
max_queued_messages 5000
max_packet_size 100000
max_keepalive 600
persistent_client_expiration 2d
retain_available true
upgrade_outgoing_qos true
autosave_interval 60
sys_interval 30

listener 1883 127.0.0.1

listener 8883
certfile {certificate}
keyfile {key}
cafile {ca.pem}
require_certificate true
use_identity_as_username true
tls_version tlsv1.3
max_connections 200
mount_point plant/

listener 9001 0.0.0.0
protocol websockets
socket_domain ipv4
max_qos 1
""")
        self.assertEqual(settings, {
            "listen": [
                {"url": "mqtt://127.0.0.1:1883", "allow_anonymous": "false"},
                {"url": "mqtts://[::]:8883", "allow_anonymous": "false", "ca": ca.pem, "cert": certificate, "key": key,
                 "max_connections": "200", "min_version": "1.3", "mount_point": "plant/", "user": "identity"},
                {"url": "ws://0.0.0.0:9001/*", "allow_anonymous": "false", "max_qos": "1"}],
            "acl_file": acl, "max_inflight_messages": 40, "max_keepalive": 600, "max_packet_size": 100000,
            "max_queued_messages": 5000, "max_session_expiry": 172800, "password_file": passwords,
            "retain_available": "true", "sys_interval": 30, "upgrade_outgoing_qos": True})
        self.assertIn("note: conf:12: autosave_interval: not needed: what is acknowledged is on disk at once", said)
        self.assertEqual([line for line in said if line.startswith("not translated")], [])

    def test_settings_of_one_listener(self):
        passwords = self.path("passwords")
        self.assertEqual(run("mosquitto_passwd", "-c", "-b", passwords, "north", "secret")[0], 0)
        settings, said = self.translate(f"""
per_listener_settings true
listener 1883 ::1
allow_anonymous true
auto_id_prefix probe-
listener 1884
password_file {passwords}
allow_zero_length_clientid false
listener 0 {self.path("socket")}
""")
        self.assertEqual(settings["listen"], [
            {"url": "mqtt://[::1]:1883", "allow_anonymous": "true", "auto_id_prefix": "probe-"},
            {"url": "mqtt://[::]:1884", "allow_anonymous": "false", "allow_zero_length_clientid": "false",
             "password_file": passwords},
            {"url": f"unix://{self.path('socket')}", "allow_anonymous": "false"}])
        self.assertEqual(said, [])

    def test_what_says_the_same_twice_is_said_once(self):
        settings, said = self.translate("listener 1883\nallow_anonymous true\nlistener 1884\nallow_anonymous true\n")
        self.assertEqual([listener["allow_anonymous"] for listener in settings["listen"]], ["true", "true"])
        self.assertEqual(said, [])

    def test_pre_shared_keys(self):
        keys = self.write("keys", "ps-117:00ff\n")
        settings, said = self.translate(
            f"listener 8883\npsk_hint plant\npsk_file {keys}\nuse_identity_as_username true\nciphers PSK\n")
        self.assertEqual(settings, {"listen": [{"url": "mqtts://[::]:8883", "allow_anonymous": "false",
                                                "ciphers": "PSK", "psk_hint": "plant", "user": "identity"}],
                                    "psk_file": keys})
        self.assertEqual(said, [])

    def test_what_has_no_counterpart_is_listed_with_its_line(self):
        settings, said = self.translate("""
listener 1883
allow_anonymous true
plugin /usr/lib/mosquitto_dynamic_security.so
plugin_opt_config_file /var/lib/mosquitto/dynamic-security.json
max_queued_messages 0
tls_engine pkcs11
use_username_as_clientid true
queue_qos0_messages false
tls_version tlsv1.1
persistence true
allow_anonymous maybe
max_keepalive 60
max_keepalive 70
new_in_3_0 x
connection north
address broker.example
topic # both
bridge_capath /etc/ssl
""", status=1)
        self.assertEqual(settings, {"listen": [{"url": "mqtt://[::]:1883", "allow_anonymous": "true"}],
                                    "max_keepalive": 60})
        expected = ["4: plugin ", "5: plugin_opt_config_file ", "6: max_queued_messages 0: everything has a limit here",
                    "7: tls_engine ", "8: use_username_as_clientid ", "10: tls_version tlsv1.1: ",
                    "12: allow_anonymous maybe: true or false is wanted", "14: max_keepalive 70: given twice, at ",
                    "15: new_in_3_0 x: unknown here", "16: connection north: no counterpart: bridges", "17: address ",
                    "18: topic # both: ", "19: bridge_capath ", "11: persistence true: persistence_location is missing"]
        self.assertEqual(len(said), len(expected), said)
        for line, beginning in zip(said, expected):
            self.assertTrue(line.startswith(f"not translated: conf:{beginning}"), line)

    def test_the_result_does_what_mosquitto_did(self):
        port = free_port()
        acl = self.write("acl", "topic read open/#\ntopic write #\n")
        conf = self.write("mosquitto.conf",
                          f"listener {port} 127.0.0.1\nallow_anonymous true\nacl_file {acl}\nmount_point x/\n")
        os.chmod(self.folder, 0o755)  # mosquitto may run as another user
        result = self.path("broker.json")
        self.assertEqual(run(BROKER, "import", conf, "-o", result), (0, "", ""))
        for program, arguments, ready in (("mosquitto", ["-v", "-c", conf], "running"),
                                          (BROKER, ["--config", result], " ready ")):
            broker = self.start(program, *arguments)
            broker.wait_for(ready)
            publish = ["-p", str(port), "-V", "mqttv5", "-q", "1", "-t", "open/1", "-m", "x", "-d"]
            status, output, error = run("mosquitto_pub", *publish)
            self.assertEqual(status, 0, output + error)
            broker.stop()

    def test_what_is_wrong_is_said(self):
        for arguments, status, because in (
            ([], 2, "a file is wanted"),
            (["a", "b"], 2, "one file is wanted"),
            (["a", "-o"], 2, "-o: a value is missing"),
            (["a", "--output"], 2, "--output: unknown option"),
            ([self.path("nowhere")], 1, "No such file or directory"),
            ([self.write("conf", "\ninclude_dir /no/where\n")], 1, "conf:2: cannot read /no/where")):
            with self.subTest(because=because):
                got, output, error = run(BROKER, "import", *arguments)
                self.assertEqual((got, output), (status, ""))
                self.assertEqual(error.count("\n"), 1)
                self.assertIn(because, error)


if __name__ == "__main__":
    programs.main("__main__")
