"""Sensors that are not simply at their address: behind a forwarder, or at another address than before."""

import os
import re
import signal
import socket

import programs
from capture import Capture
from forwarder import ForwardedSensor, Forwarder
from gateway_rig import GatewayTest
from sensor import CONNACK, CONNECT, DISCONNECT, PINGREQ, PINGRESP, message


class Addresses(GatewayTest):
    def start_forwarder(self, gateway, capture=None):
        forwarder = Forwarder(gateway.port, capture)
        self.addCleanup(forwarder.close)
        return forwarder

    def test_many_sensors_behind_one_forwarder(self):
        """MQTT-SN 1.2 §5.5-4, §5.5-5: G6: over real UDP, a hundred sensors behind a forwarder, judged by tshark"""
        for start in self.start_broker, self.start_mosquitto:
            with self.subTest(broker=start.__name__):
                broker = start()
                gateway = self.start_gateway(broker.port, "--forwarder", "127.0.0.0/8")
                subscriber = self.subscribe(broker.port, "-t", "up/#", "-q", "1", "-v", "-C", "101")
                path = os.path.join(self.directory(), "forwarder.pcap")
                capture = Capture(path)
                self.addCleanup(capture.close)
                forwarder = self.start_forwarder(gateway, capture)
                # tshark 4.0 reads a Wireless Node Id as a number, of at most four octets.
                sensors = [ForwardedSensor(forwarder, bytes([n]) * (1 + n % 4), f"ps-{n}") for n in range(100)]
                sensors.append(self.start_sensor(gateway, "ps-100"))  # and one of another address
                for n, sensor in enumerate(sensors):
                    sensor.connect()
                    self.assertEqual(sensor.subscribe(f"down/{n}", 1), 1)
                for n, sensor in enumerate(sensors):
                    sensor.publish(sensor.register(f"up/{n}"), f"reading {n}".encode())
                self.assertEqual(subscriber.end(), 0)
                received = {line for line in subscriber.lines if line.startswith("up/")}
                self.assertEqual(received, {f"up/{n} reading {n}" for n in range(101)})
                for n in 0, 57, 99, 100:
                    self.publish(broker.port, "-t", f"down/{n}", "-q", "1", "-m", f"for {n}")
                    self.assertEqual(sensors[n].receive_publish(), (f"down/{n}", 1, f"for {n}".encode()))
                for sensor in sensors:
                    sensor.disconnect()
                capture.close()
                self.assert_encapsulations(path, gateway.port, at_least=900)
                self.assertEqual(gateway.stop(), 0)

    def assert_encapsulations(self, path, port, at_least):
        """Every datagram is an encapsulation that tshark understands."""
        fields = ["-T", "fields", "-e", "mqttsn.msg.type", "-e", "mqttsn.wireless.node.id", "-e", "_ws.malformed"]
        status, output, error = programs.run("tshark", "-r", path, "-d", f"udp.port=={port},mqttsn", *fields)
        self.assertEqual(status, 0, error)
        lines = output.splitlines()
        self.assertGreaterEqual(len(lines), at_least)
        for line in lines:
            self.assertRegex(line, r"^0xfe,0x\w\w\t\d+\t$", "no encapsulation, or malformed")

    def test_answers_come_from_the_address_that_was_asked(self):
        """One of several of the gateway's machine; a socket that is connected to it hears nothing from the others."""
        broker = self.start_broker()
        own = ["--broker", f"mqtt://127.0.0.1:{broker.port}", "--data", self.directory()]
        gateway, port = self.start_for_all_addresses("udp://0.0.0.0:0", *own)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sensor:
            sensor.settimeout(programs.PATIENCE)
            sensor.connect(("127.0.0.2", port))
            sensor.send(message(CONNECT, b"\x00\x01\x00\x3cps-117"))
            self.assertEqual(sensor.recv(64), message(CONNACK, b"\x00"))
            self.assertEqual(gateway.stop(), 0)
            self.start_for_all_addresses(f"udp://0.0.0.0:{port}", *own)
            sensor.send(message(PINGREQ))
            self.assertEqual(sensor.recv(64), message(PINGRESP))

    def start_for_all_addresses(self, listener, *arguments):
        gateway = self.start("trunkline-gateway", "--listen", listener, *arguments)
        return gateway, int(re.search(r"listen=udp://0\.0\.0\.0:(\d+)", gateway.wait_for(" ready ")).group(1))

    def test_wireless_node_ids_of_any_length(self):
        """MQTT-SN 1.2 §5.5-3, §5.5-5: over real UDP, sensors with Wireless Node Ids of 1 to 252 octets are apart"""
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--forwarder", "127.0.0.1")
        forwarder = self.start_forwarder(gateway)
        sensors = [ForwardedSensor(forwarder, b"n" * length, f"ps-{length}") for length in (1, 2, 16, 251, 252)]
        for sensor in sensors:
            sensor.connect()
            sensor.publish(sensor.register("up/" + sensor.node.decode()), b"x" * 100)
        for sensor in sensors:
            sensor.ping()
            sensor.disconnect()
        self.assertEqual(gateway.stop(), 0)

    def test_forwarders_that_are_not_listed_are_not_heard(self):
        """MQTT-SN 1.2 §5.5-8: what a forwarder has that is not listed is dropped, and its own messages are not"""
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--forwarder", "10.0.0.0/8")
        forwarder = self.start_forwarder(gateway)
        forwarder.send(b"n", message(PINGREQ))
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.send(message(PINGREQ))
        self.assertEqual(sensor.receive(DISCONNECT), b"")  # of a stranger; by then the other one has been read
        self.assertTrue(forwarder.has_heard_nothing())

    def test_kill_9_keeps_wireless_node_ids(self):
        """MQTT-SN 1.2 §5.5-5: after kill -9 and a restart, sensors behind a forwarder go on without CONNECT"""
        broker = self.start_broker()
        options = ["--forwarder", "any", "--data", self.directory()]
        gateway = self.start_gateway(broker.port, *options)
        forwarder = self.start_forwarder(gateway)
        sensors = [ForwardedSensor(forwarder, bytes([n]) * (1 + n), f"ps-{n}") for n in range(20)]
        topics = []
        for n, sensor in enumerate(sensors):
            sensor.connect(clean=False)
            topics.append(sensor.register(f"up/{n}"))
        sensors[0].sleep(600)
        gateway.stop(signal.SIGKILL)
        gateway = self.start_gateway(broker.port, *options, port=gateway.port)
        self.assertEqual(sensors[0].wake(), [])
        for n, sensor in enumerate(sensors[1:], 1):
            sensor.publish_until_accepted(topics[n], f"reading {n}".encode())
        self.assertEqual(gateway.stop(), 0)
        self.assertFalse([line for line in gateway.lines if "sensor.connected" in line], "a sensor had to connect")

    def test_another_wireless_node_id(self):
        """MQTT-SN 1.2 §5.5-6: over real UDP, a sleeper wakes with another Wireless Node Id"""
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--forwarder", "127.0.0.1")
        sensor = ForwardedSensor(self.start_forwarder(gateway), b"old", "valve-3")
        sensor.connect(clean=False)
        sensor.subscribe("valve/3", 1)
        sensor.sleep(600)
        sensor.node = b"quite another one"
        self.assertEqual(sensor.wake(), [])
        gateway.wait_for("sensor.moved client_id=valve-3 .*wireless_node_id=7175697465")
        sensor.connect(clean=False)
        self.publish(broker.port, "-t", "valve/3", "-q", "1", "-m", "open")
        self.assertEqual(sensor.receive_publish(), ("valve/3", 1, b"open"))

    def test_a_sleeper_that_wakes_at_another_address(self):
        """MQTT-SN 1.2 §6.14-15: G16: over real UDP, it goes on where it is trusted, and has to connect where it is not"""
        broker = self.start_broker()
        for options, is_trusted in ((["--trusted-network", "127.0.0.0/8"], True), ([], False)):
            with self.subTest(is_trusted=is_trusted):
                gateway = self.start_gateway(broker.port, *options)
                sensor = self.start_sensor(gateway, "valve-3")
                sensor.connect(clean=False)
                sensor.subscribe("valve/3", 1)
                sensor.sleep(600)
                sensor.move()
                if is_trusted:
                    self.assertEqual(sensor.wake(), [])
                    gateway.wait_for("sensor.moved client_id=valve-3")
                else:
                    sensor.send(message(PINGREQ, b"valve-3"))
                    self.assertEqual(sensor.receive(DISCONNECT), b"")
                sensor.connect(clean=False)
                self.publish(broker.port, "-t", "valve/3", "-q", "1", "-m", "open")
                self.assertEqual(sensor.receive_publish(), ("valve/3", 1, b"open"))
                sensor.disconnect()
                self.assertEqual(gateway.stop(), 0)


if __name__ == "__main__":
    programs.main("__main__")
