"""Broker and gateway in one process: trunkline-gateway --embedded-broker."""

import json
import os
import re
import signal
import socket
from unittest import mock

import programs
from broker_pages import Http
from gateway_rig import GatewayTest
from programs import run

GATEWAY = "trunkline-gateway"


class Embedded(GatewayTest):
    def start_both(self, settings, *arguments):
        """The gateway with the `broker_port` of the broker that it has in itself."""
        path = os.path.join(self.directory(), "broker.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"listen": ["mqtt://127.0.0.1:0"], **settings}, file)
        both = self.start(GATEWAY, "--listen", "udp://127.0.0.1:0", "--embedded-broker", "--broker-config", path,
                          *arguments)
        ready = both.wait_for(r" broker\.ready ")
        both.broker_port = int(re.search(r"listen=mqtt://127\.0\.0\.1:(\d+)", ready).group(1))
        both.port = int(re.search(r"listen=udp://127\.0\.0\.1:(\d+)", both.wait_for(" ready ")).group(1))
        return both

    def test_a_reading_reaches_a_subscriber_and_an_order_the_sensor(self):
        both = self.start_both({})
        subscriber = self.subscribe(both.broker_port, "-t", "station/#", "-v", "-C", "1")
        sensor = self.start_sensor(both, "ps-117")
        sensor.connect()
        sensor.publish(sensor.register("station/7/pressure"), b"4.2")
        self.assertEqual(subscriber.end(), 0)
        self.assertIn("station/7/pressure 4.2", subscriber.lines)
        self.assertEqual(sensor.subscribe("station/7/valve", 2), 2)
        self.publish(both.broker_port, "-t", "station/7/valve", "-m", "open", "-q", "2")
        self.assertEqual(sensor.receive_publish(), ("station/7/valve", 2, b"open"))
        self.assertEqual(both.stop(), 0)

    def test_the_way_between_them_has_no_name_and_leaves_nothing_behind(self):
        temporary = self.directory()
        with mock.patch.dict(os.environ, TMPDIR=temporary):
            both = self.start_both({})
        self.start_sensor(both, "ps-117").connect()
        self.assertEqual(os.listdir(temporary), [], "what nobody can open, though it is in use")
        both.kill()
        both.end()
        self.assertEqual(os.listdir(temporary), [])

    def test_sessions_of_both_survive_in_one_directory(self):
        data = self.directory()
        both = self.start_both({}, "--data", data)
        sensor = self.start_sensor(both, "ps-117")
        sensor.connect(clean=False)
        topic = sensor.register("station/7/pressure")
        self.publish(both.broker_port, "-t", "kept", "-m", "12345", "-q", "1", "-r")
        both.kill()
        both.end()
        self.assertTrue(os.path.exists(os.path.join(data, "broker", "broker.sqlite")))
        again = self.start_both({}, "--data", data, "--http", "127.0.0.1:0")
        topics = Http(again).table("sensors/ps-117")["topics"]
        self.assertEqual([(kept["id"], kept["topic"]) for kept in topics], [(topic, "station/7/pressure")])
        status, output, _ = run("mosquitto_sub", "-p", str(again.broker_port), "-t", "kept", "-C", "1")
        self.assertEqual((status, output), (0, "12345\n"))
        self.assertEqual(again.stop(), 0)

    def test_others_need_the_password_that_the_gateway_needs_not(self):
        passwords = os.path.join(self.directory(), "passwords")
        status, _, error = run("trunkline-broker", "passwd", "--stdin", passwords, "scada", text="secret\n")
        self.assertEqual(status, 0, error)
        both = self.start_both({"password_file": passwords})
        sensor = self.start_sensor(both, "ps-117")
        sensor.connect()
        sensor.publish(sensor.register("a"), b"1")
        status, _, _ = run("mosquitto_pub", "-p", str(both.broker_port), "-t", "a", "-m", "x")
        self.assertNotEqual(status, 0)
        self.publish(both.broker_port, "-u", "scada", "-P", "secret", "-t", "a", "-m", "x")
        os.kill(both.pid, signal.SIGHUP)
        both.wait_for(r"access\.reloaded")

    def test_both_have_their_pages(self):
        both = self.start_both({"http": "127.0.0.1:0"}, "--http", "127.0.0.1:0")
        self.assertIn("trunkline_gateway_sensors", Http(both).get("/metrics"))

    def test_what_cannot_be_meant_is_said(self):
        for arguments, because in (
            (["--broker-config", "x"], "--broker-config: there is no broker to configure: add --embedded-broker"),
            (["--embedded-broker", "--broker", "mqtt://127.0.0.1:1"], "--broker: the embedded broker is the one"),
            (["--embedded-broker", "--broker-config", "/nowhere"], "cannot read /nowhere"),
        ):
            status, _, error = run(GATEWAY, *arguments)
            self.assertEqual((status, error.count("\n")), (2, 1), error)
            self.assertIn(because, error)
        kept = os.path.join(self.directory(), "kept")
        for settings, because in (
            ({"log_level": "debug"}, "/log_level: both have one log"),
            ({"data": kept}, "/data: the gateway has this directory"),
            ({"passwort_file": "x"}, "did you mean password_file?"),
            ({"max_clients": 0}, "a number from 1 to 10000000 is wanted"),
            ({"listen": ["mqtt://0.0.0.0:1883"]}, "would let anybody in who can reach it"),
        ):
            path = os.path.join(self.directory(), "broker.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(settings, file)
            for check in [], ["--check-config"]:
                status, _, error = run(GATEWAY, "--embedded-broker", "--broker-config", path, "--data", kept + "/", *check)
                self.assertEqual((status, error.count("\n")), (2, 1), error)
                self.assertIn(because, error)

    def test_a_port_that_is_taken_stops_both_at_once(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            path = os.path.join(self.directory(), "broker.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump({"listen": [f"mqtt://127.0.0.1:{taken.getsockname()[1]}"]}, file)
            status, _, error = run(GATEWAY, "--listen", "udp://127.0.0.1:0", "--embedded-broker", "--broker-config", path)
        self.assertEqual(status, 1)
        self.assertIn("in use", error)


if __name__ == "__main__":
    programs.main(__name__)
