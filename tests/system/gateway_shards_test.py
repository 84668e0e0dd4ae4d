"""Several shards of one gateway: sensors are spread over threads, found again at any address, and kept over restarts."""

import json
import os
import re
import struct
import urllib.request

import programs
from dtls_sensor import DtlsSensor
from forwarder import ForwardedSensor, Forwarder
from gateway_rig import GatewayTest
from mqtt_client import PATIENCE
from programs import run
from sensor import ACCEPTED, CLEAN_SESSION, CONNACK, CONNECT, PROTOCOL_ID, message

SHARDS = ["--shards", "3"]
MANY = 24  # of whom each shard has some, whoever receives them


class Shards(GatewayTest):
    def page(self, ready, path):
        """The text of a page; `ready` is the line that says where they are."""
        port = int(re.search(r"http=http://127\.0\.0\.1:(\d+)", ready).group(1))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as page:
            return page.read().decode()

    def test_every_sensor_is_served_and_found_again_at_other_addresses(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, *SHARDS, "--trusted-network", "any")
        subscriber = self.subscribe(broker.port, "-t", "p/#", "-C", str(2 * MANY))
        sensors = [self.start_sensor(gateway, f"ps-{number}") for number in range(MANY)]
        for number, sensor in enumerate(sensors):
            sensor.connect(clean=False)
            sensor.topic = sensor.register(f"p/{number}")
            sensor.publish(sensor.topic, b"1")
            sensor.subscribe(f"c/{number}", 1)
            sensor.sleep(300)
        for number, sensor in enumerate(sensors):
            self.publish(broker.port, "-t", f"c/{number}", "-m", "open", "-q", "1")
            sensor.move()  # another port: perhaps another shard's socket
            waited = []
            while not waited:  # until the broker has passed it on
                waited = sensor.wake()
            self.assertEqual(waited, [(f"c/{number}", 1, b"open")])
            sensor.connect(clean=False)
            sensor.publish(sensor.topic, b"2")
        self.assertEqual(subscriber.end(), 0)
        for sensor in sensors:
            sensor.disconnect()
        self.assertEqual(gateway.stop(), 0)

    def test_another_client_id_at_an_address_ends_the_connection_of_the_one_before(self):
        """MQTT-SN 1.2 §6.2-10: with several shards it does so in whichever shard that is"""
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, *SHARDS, "--http", "127.0.0.1:0")
        ready = gateway.lines[-1]
        device = self.start_sensor(gateway, "")
        for number in range(MANY):
            device.send(message(CONNECT, struct.pack("!BBH", CLEAN_SESSION, PROTOCOL_ID, 60) + f"ps-{number}".encode()))
            self.assertEqual(device.receive(CONNACK), bytes([ACCEPTED]))
        self.assertIn('\ntrunkline_gateway_sensors{state="active"} 1\n', self.page(ready, "/metrics"))

    def test_strangers_make_no_known_sensor_forgotten(self):
        """G21: CONNECTs from more addresses than are remembered, though sensors of another shard are found by that"""
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, *SHARDS, "--maximum-sensors", "100", "--newcomers", "10")
        sensors = [self.start_sensor(gateway, f"ps-{number}") for number in range(MANY)]
        for sensor in sensors:
            sensor.connect()
            sensor.topic = sensor.register("p")
        stranger = self.start_sensor(gateway, "")
        for number in range(1000):
            stranger.move()
            stranger.send(message(CONNECT, struct.pack("!BBH", 0, PROTOCOL_ID, 60) + f"stranger-{number}".encode()))
        for _ in range(10):  # some of them wait at doors meanwhile
            for sensor in sensors:
                sensor.publish(sensor.topic, b"still here")
        self.assertEqual(gateway.stop(), 0)

    def test_a_restart_with_the_same_number_and_with_another(self):
        broker, data = self.start_broker(), self.directory()
        gateway = self.start_gateway(broker.port, *SHARDS, "--data", data)
        sensors = [self.start_sensor(gateway, f"ps-{number}") for number in range(MANY)]
        for sensor in sensors:
            sensor.connect(clean=False)
            sensor.topic = sensor.register("p")
        sleepers = sensors[::2]
        for sensor in sleepers:
            sensor.sleep(300)
        gateway.kill()
        gateway.end()
        again = self.start_gateway(broker.port, *SHARDS, "--data", data, port=gateway.port)
        self.assertRegex(again.lines[-1], f"sensors={MANY}\\b")
        for sensor in sensors:
            if sensor in sleepers:
                sensor.connect(clean=False)
            # The others go on without CONNECT, whichever shard has their datagrams now.
            sensor.publish_until_accepted(sensor.topic, b"as before")
        self.assertEqual(again.stop(), 0)
        status, _, error = run("trunkline-gateway", "--listen", "udp://127.0.0.1:0", "--data", data)
        self.assertEqual(status, 1)
        self.assertIn("is of a gateway with another number of shards: start it with that number", error)

    def test_dtls(self):
        broker = self.start_broker()
        keys = os.path.join(self.directory(), "keys")
        with open(keys, "w", encoding="utf-8") as file:
            file.writelines(f"ps-{number}:{'00' * 16}\n" for number in range(6))
        gateway = self.start("trunkline-gateway", "--listen", f"dtls://127.0.0.1:0?psk_file={keys}", *SHARDS,
                             "--broker", f"mqtt://127.0.0.1:{broker.port}", "--http", "127.0.0.1:0")
        ready = gateway.wait_for(" ready ")
        gateway.port = int(re.search(r"dtls://127\.0\.0\.1:(\d+)", ready).group(1))
        for number in range(6):
            for _ in range(2):  # the second one from elsewhere
                sensor = DtlsSensor(gateway.port, f"ps-{number}", "-psk_identity", f"ps-{number}", "-psk", "00" * 16)
                self.addCleanup(sensor.close)
                sensor.connect()
                sensor.publish(sensor.register("p"), b"x")
                sensor.ping()
        # What they had at their old addresses is gone, in whichever shard that was.
        self.assertIn("\ntrunkline_gateway_dtls_peers 6\n", self.page(ready, "/metrics"))

    def test_a_port_that_another_program_has_is_refused(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, *SHARDS)
        status, _, error = run("trunkline-gateway", *SHARDS, "--listen", f"udp://127.0.0.1:{gateway.port}")
        self.assertEqual(status, 1)
        self.assertIn("address in use", error)

    def test_pages_and_traces_are_of_all_shards(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, *SHARDS, "--http", "127.0.0.1:0", "--trace", "ps-3")
        ready = gateway.lines[-1]
        sensors = [self.start_sensor(gateway, f"ps-{number}") for number in range(MANY)]
        for sensor in sensors:
            sensor.connect()
        gateway.wait_for("trace client_id=ps-3 from=sensor message=CONNECT")
        for number in range(MANY):
            page = json.loads(self.page(ready, f"/api/v1/sensors/ps-{number}"))
            self.assertEqual(page["client_id"], f"ps-{number}")

    def test_sensors_behind_one_forwarder(self):
        """MQTT-SN 1.2 §5.5-5: G6: with several shards each sensor behind a forwarder is its own shard's"""
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, *SHARDS, "--forwarder", "127.0.0.1")
        forwarder = Forwarder(gateway.port)
        self.addCleanup(forwarder.close)
        sensors = [ForwardedSensor(forwarder, bytes([n]), f"ps-{n}") for n in range(MANY)]
        for sensor in sensors:
            sensor.connect()
            sensor.publish_until_accepted(sensor.register("p"), b"x")
        for sensor in sensors:
            sensor.ping()
            sensor.disconnect()


if __name__ == "__main__":
    programs.main("__main__")
