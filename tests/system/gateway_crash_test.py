"""kill -9 of the gateway with live sensors: none has to connect again, and no will fires."""

import signal
import time

import programs
from mqtt_client import PATIENCE
from programs import SystemTest
from sensor import Sensor

SENSORS = 100
SLEEPERS = 10
LIVES = 3


class GatewayCrash(SystemTest):
    def start_sensors(self, gateway):
        sensors = [Sensor(gateway.port, f"ps-{n}") for n in range(SENSORS)]
        for sensor in sensors:
            self.addCleanup(sensor.close)
        return sensors

    def test_active_sensors_go_on(self):
        broker = self.start_broker()
        watcher = self.subscribe(broker.port, "-t", "#", "-q", "1")
        directory = self.directory()
        gateway = self.start_gateway(broker.port, "--data", directory)
        sensors = self.start_sensors(gateway)
        topics = []
        for n, sensor in enumerate(sensors):
            sensor.connect(will=(f"lost/{n}", b"lost"))
            topics.append(sensor.register(f"station/{n}"))
        for life in range(LIVES):
            gateway.stop(signal.SIGKILL)
            gateway = self.start_gateway(broker.port, "--data", directory, port=gateway.port)
            self.assertIn(f"sensors={SENSORS}", gateway.lines[-1])
            for sensor in sensors:
                sensor.ping()
            for n, sensor in enumerate(sensors):
                sensor.publish_until_accepted(topics[n], f"reading {life} of {n}".encode())
        missing = {f"reading {life} of {n}" for life in range(LIVES) for n in range(SENSORS)}
        while missing:  # QoS 1: what a kill found under way comes twice
            missing.discard(watcher.wait_for("^reading "))
        for sensor in sensors:
            sensor.disconnect()
        self.assertEqual(gateway.stop(), 0)
        self.assertFalse([line for line in gateway.lines if "sensor.connected" in line], "a sensor had to connect")
        watcher.new_lines()
        self.assertNotIn("lost", watcher.lines)

    def test_what_was_acknowledged_while_the_broker_was_away_arrives(self):
        broker = self.start_broker()
        directory = self.directory()
        gateway = self.start_gateway(broker.port, "--data", directory)
        sensors = self.start_sensors(gateway)
        topics = []
        for n, sensor in enumerate(sensors):
            sensor.connect()
            topics.append(sensor.register(f"station/{n}"))
        broker.stop(signal.SIGKILL)
        for reading in range(3):
            for n, sensor in enumerate(sensors):
                sensor.publish_until_accepted(topics[n], f"{n}: reading {reading}".encode())
        gateway.stop(signal.SIGKILL)
        broker = self.start_broker(port=broker.port)
        watcher = self.subscribe(broker.port, "-t", "#", "-q", "1", "-C", str(3 * SENSORS))
        self.start_gateway(broker.port, "--data", directory, port=gateway.port)
        self.assertEqual(watcher.end(), 0)
        for n in range(SENSORS):
            received = [line for line in watcher.lines if line.startswith(f"{n}: ")]
            self.assertEqual(received, [f"{n}: reading {reading}" for reading in range(3)])

    def test_sleepers_stay_asleep(self):
        """MQTT-SN 1.2 §6.14-2, §6.14-4, §6.5-9: G14: over kill -9 sleepers find what waited for them, by ids that they know"""
        broker = self.start_broker()
        watcher = self.subscribe(broker.port, "-t", "#", "-q", "1")
        directory = self.directory()
        gateway = self.start_gateway(broker.port, "--data", directory)
        sensors = self.start_sensors(gateway)[:SLEEPERS]
        for n, sensor in enumerate(sensors):
            sensor.connect(clean=False, will=(f"lost/{n}", b"lost"))
            sensor.subscribe(f"valve/{n}", 1)
            sensor.sleep(600)
        expected = [(f"valve/{n}", 1, command) for n in range(SLEEPERS) for command in (b"1", b"2", b"3")]
        self.command(broker, b"1")
        gateway.stop(signal.SIGKILL)
        self.command(broker, b"2")  # at the broker
        gateway = self.start_gateway(broker.port, "--data", directory, port=gateway.port)
        self.command(broker, b"3")
        waited = []
        given_up_at = time.monotonic() + PATIENCE
        while len(waited) < len(expected) and time.monotonic() < given_up_at:
            for sensor in sensors:
                waited += sensor.wake()
            waited = self.without_copies(waited)
        self.assertEqual(sorted(waited), sorted(expected))
        for n in range(SLEEPERS):
            of_one = [command for topic, _, command in waited if topic == f"valve/{n}"]
            self.assertEqual(of_one, [b"1", b"2", b"3"])
        for sensor in sensors:
            sensor.disconnect()
        self.assertEqual(gateway.stop(), 0)
        self.assertNotIn("lost", watcher.new_lines())

    def without_copies(self, messages):
        """None has come twice: until a sleeper has a message, it is the broker's."""
        return messages

    def command(self, broker, command):
        for n in range(SLEEPERS):
            self.publish(broker.port, "-t", f"valve/{n}", "-q", "1", "-m", command.decode())

    def test_who_said_goodbye_is_forgotten(self):
        broker = self.start_broker()
        directory = self.directory()
        gateway = self.start_gateway(broker.port, "--data", directory)
        sensor = Sensor(gateway.port, "ps-117")
        self.addCleanup(sensor.close)
        sensor.connect()
        sensor.disconnect()
        gateway.stop(signal.SIGKILL)
        gateway = self.start_gateway(broker.port, "--data", directory)
        self.assertIn("sensors=0", gateway.lines[-1])

    def test_one_gateway_per_directory(self):
        broker = self.start_broker()
        directory = self.directory()
        self.start_gateway(broker.port, "--data", directory)
        status, _, error = programs.run("trunkline-gateway", "--listen", "udp://127.0.0.1:0", "--data", directory)
        self.assertEqual(status, 1)
        self.assertIn(f"data directory in use: {directory}", error)


if __name__ == "__main__":
    programs.main("__main__")
