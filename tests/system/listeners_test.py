"""Settings of one listener beside others: mount points, limits, and who may come in."""

import json
import os
import re

import mqtt_client
import programs
from programs import SystemTest, run

BROKER = "trunkline-broker"


class Listeners(SystemTest):
    def setUp(self):
        self.folder = self.directory()
        self.passwords = self.path("passwords")
        self.assertEqual(run("mosquitto_passwd", "-c", "-b", self.passwords, "north", "secret")[0], 0)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start_with(self, *listeners, **settings):
        """The running broker with the `ports` of its listeners."""
        with open(self.path("broker.json"), "w", encoding="utf-8") as file:
            json.dump({"listen": list(listeners), "sys_interval": 0, **settings}, file)
        broker = self.start(BROKER, "--config", self.path("broker.json"))
        ready = broker.wait_for(" ready ")
        broker.ports = [int(port) for port in re.findall(r"mqtt://127\.0\.0\.1:(\d+)", ready)]
        return broker

    def test_a_mount_point_is_in_front_of_all_topics_and_unseen(self):
        broker = self.start_with("mqtt://127.0.0.1:0", {"url": "mqtt://127.0.0.1:0", "mount_point": "site/7/"})
        everywhere, inside = broker.ports
        above = self.subscribe(everywhere, "-t", "#", "-v", "-C", "3")
        below = self.subscribe(inside, "-t", "#", "-v", "-C", "2")
        shared = self.subscribe(inside, "-V", "mqttv5", "-t", "$share/group/pump/+", "-v", "-C", "1")
        self.publish(inside, "-t", "pump/1", "-m", "on", "-r")
        self.publish(everywhere, "-t", "pump/2", "-m", "unseen")
        self.publish(everywhere, "-t", "site/7/level", "-m", "4")
        late = self.start("mosquitto_sub", "-p", str(inside), "-t", "pump/1", "-v", "-C", "1")
        for client in above, below, shared, late:
            self.assertEqual(client.end(), 0)
        said = [[line for line in client.lines if re.match(r"(site|pump|level)", line)]
                for client in (above, below, shared, late)]
        self.assertEqual(said, [["site/7/pump/1 on", "pump/2 unseen", "site/7/level 4"], ["pump/1 on", "level 4"],
                                ["pump/1 on"], ["pump/1 on"]])

    def test_anonymous_and_passwords_by_listener(self):
        broker = self.start_with({"url": "mqtt://127.0.0.1:0"},
                                 {"url": "mqtt://127.0.0.1:0", "password_file": self.passwords},
                                 {"url": "mqtt://127.0.0.1:0", "allow_anonymous": False})
        known = ["-u", "north", "-P", "secret"]
        for port, anonymous, by_name in zip(broker.ports, (True, False, False), (False, True, False)):
            publish = ["mosquitto_pub", "-p", str(port), "-t", "t", "-m", "x"]
            self.assertEqual(run(*publish)[0] == 0, anonymous)
            self.assertEqual(run(*publish, *known)[0] == 0, by_name)

    def test_access_rules_by_listener(self):
        for name in "a", "b":
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(f"topic readwrite {name}/#\n")
        broker = self.start_with(*({"url": "mqtt://127.0.0.1:0", "acl_file": self.path(name)} for name in "ab"))
        for port, mine, other in zip(broker.ports, "ab", "ba"):
            publish = ["mosquitto_pub", "-p", str(port), "-V", "mqttv5", "-q", "1", "-d", "-m", "x", "-t"]
            self.assertNotIn("135", "".join(run(*publish, f"{mine}/1")[1:]))
            self.assertIn("135", "".join(run(*publish, f"{other}/1")[1:]))

    def test_limits_by_listener(self):
        broker = self.start_with("mqtt://127.0.0.1:0",
                                 {"url": "mqtt://127.0.0.1:0", "max_connections": 1, "max_qos": 0,
                                  "allow_zero_length_clientid": False})
        wide, narrow = broker.ports
        self.assertNotEqual(run("mosquitto_pub", "-p", str(narrow), "-V", "mqttv5", "-t", "t", "-m", "x")[0], 0)
        publish = ["-V", "mqttv5", "-t", "t", "-m", "x", "-i", "one"]
        self.publish(wide, *publish, "-q", "1")
        client = self.connect(narrow)
        client.open("raw", clean=True)
        client.send(mqtt_client.publish("t", 1, 1, b"x"))
        broker.wait_for("connection.closed client_id=raw .*code=qos_not_supported")
        self.subscribe(narrow, "-i", "first", "-t", "t")
        status, output, error = run("mosquitto_pub", "-p", str(narrow), *publish)
        self.assertNotEqual(status, 0)
        self.assertIn("busy", (output + error).lower())
        self.publish(wide, *publish)

    def test_what_is_wrong_with_an_option_is_said_at_the_start(self):
        for options, because in (
            ("mount_point=a/%23", "the beginning of topic names, without + and #, and not with $ in front, is wanted"),
            ("mount_point=$SYS/", "is wanted, got \"$SYS/\""),
            ("max_connections=0", "max_connections: a number from 1 to 10000000 is wanted, got \"0\""),
            ("max_qos=3", "max_qos: a number from 0 to 2 is wanted"),
            ("allow_anonymous=yes", "allow_anonymous: true or false is wanted"),
            ("max_connection=3", "unknown option max_connection; did you mean max_connections?"),
            ("max_qos=1&max_qos=1", "max_qos is given twice")):
            with self.subTest(options=options):
                status, _, error = run(BROKER, "--listen", f"mqtt://127.0.0.1:0?{options}", "--check-config")
                self.assertEqual(status, 2)
                self.assertIn(because, error)
        wide = ["--listen", "mqtt://0.0.0.0:0?allow_anonymous=true", "--check-config"]
        self.assertEqual(run(BROKER, *wide)[0], 0)

    def test_another_server_is_named(self):
        broker = self.start_broker("--server-reference", "broker-2.example", "--server-moved")
        status, output, error = run("mosquitto_pub", "-p", str(broker.port), "-V", "mqttv5", "-t", "t", "-m", "x")
        self.assertNotEqual(status, 0)
        self.assertIn("moved", (output + error).lower())
        self.assertEqual(run(BROKER, "--server-moved", "--check-config")[0], 2)


if __name__ == "__main__":
    programs.main("__main__")
