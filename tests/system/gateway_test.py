"""The gateway between a foreign sensor and two brokers, ours and Debian's mosquitto; the capture read by tshark."""

import os
import signal
import socket

import programs
from capture import Capture
from gateway_rig import GatewayTest
from sensor import PREDEFINED


class Gateway(GatewayTest):
    def readings_arrive(self, broker, version):
        """A day in a sensor's life, seen by mosquitto_sub behind the broker."""
        gateway = self.start_gateway(broker.port)
        subscriber = self.subscribe(broker.port, "-V", version, "-t", "#", "-q", "1", "-v", "-C", "12")
        path = os.path.join(self.directory(), "sensor.pcap")
        capture = Capture(path)
        sensor = self.start_sensor(gateway, "ps-117", capture)
        sensor.connect()
        pressure = sensor.register("station/7/pressure")
        flow = sensor.register("station/7/flow")
        self.assertEqual(sensor.register("station/7/pressure"), pressure)
        for n in range(10):
            sensor.publish(pressure, f"{n}".encode())
        sensor.ping()
        sensor.publish(flow, b"x" * 300)  # the length's long form
        sensor.publish(flow, b"")
        sensor.disconnect()
        capture.close()
        self.assertEqual(subscriber.end(), 0)
        received = [line for line in subscriber.lines if line.startswith("station/")]
        expected = [f"station/7/pressure {n}" for n in range(10)]
        expected += ["station/7/flow " + "x" * 300, "station/7/flow (null)"]
        self.assertEqual(received, expected)
        self.assert_no_malformed_frame(path, gateway.port, at_least=34)
        self.assertEqual(gateway.stop(), 0)

    def test_in_front_of_our_broker(self):
        broker = self.start_broker()
        for version in "mqttv311", "mqttv5":
            self.readings_arrive(broker, version)

    def test_in_front_of_mosquitto(self):
        """3.1.1 [MQTT-7.1.2-1] our client role speaks with another's server over TCP"""
        self.readings_arrive(self.start_mosquitto(), "mqttv311")

    def test_many_sensors_at_once(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port)
        subscriber = self.subscribe(broker.port, "-t", "#", "-q", "1", "-C", "100")
        sensors = [self.start_sensor(gateway, f"ps-{n}") for n in range(100)]
        for n, sensor in enumerate(sensors):
            sensor.connect()
            sensor.publish(sensor.register(f"station/{n}"), f"reading {n}".encode())
        self.assertEqual(subscriber.end(), 0)
        received = {line for line in subscriber.lines if line.startswith("reading ")}
        self.assertEqual(received, {f"reading {n}" for n in range(100)})

    def test_malformed_datagrams_cost_nothing_but_themselves(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port)
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            short = [b"", b"\x00", b"\x02", b"\x01\x00", b"\x03\x04", b"\x02\xff"]
            for octets in *short, b"\xff" * 1000, b"\x01\xff\xff\x0c" + b"x" * 60000:
                stranger.sendto(octets, ("127.0.0.1", gateway.port))
        sensor.ping()
        sensor.publish(sensor.register("still/here"), b"yes")

    def test_a_topic_id_that_was_never_registered_is_refused(self):
        broker = self.start_broker()
        sensor = self.start_sensor(self.start_gateway(broker.port), "ps-117")
        sensor.connect()
        sensor.publish(77, b"x", code=0x02)

    def test_predefined_topics_need_no_registration(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port, "--predefined", "7=station/7/pressure", "--predefined", "65534=last")
        subscriber = self.subscribe(broker.port, "-t", "#", "-v", "-C", "2")
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        sensor.publish(7, b"4.2", topic_id_type=PREDEFINED)
        sensor.publish(65534, b"4.3", topic_id_type=PREDEFINED)
        self.assertEqual(subscriber.end(), 0)
        expected = ["station/7/pressure 4.2", "last 4.3"]
        self.assertEqual([line for line in subscriber.lines if line in expected], expected)

    def test_the_broker_dies_and_comes_back_on_the_same_port(self):
        directory = self.directory()
        broker = self.start_broker("--data", directory)
        gateway = self.start_gateway(broker.port)
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        broker.stop(signal.SIGKILL)
        gateway.wait_for("upstream.lost client_id=ps-117")
        self.start_broker("--data", directory, port=broker.port)
        sensor.ping()  # it did not notice

    def test_both_signals_stop_cleanly(self):
        broker = self.start_broker()
        for number in signal.SIGTERM, signal.SIGINT:
            gateway = self.start_gateway(broker.port)
            sensor = self.start_sensor(gateway, "ps-117")
            sensor.connect()
            self.assertEqual(gateway.stop(number), 0)
            broker.wait_for("connection.closed client_id=ps-117 .* by=client reason=client_disconnect")


if __name__ == "__main__":
    programs.main("__main__")
