"""What sensors do besides readings: wills, subscriptions, sleep, QoS 2; in front of both brokers."""

import os
import signal
import time

import programs
from capture import Capture
from gateway_rig import GatewayTest
from mqtt_client import PATIENCE
from sensor import ACCEPTED, PINGREQ, PINGRESP, message

FORMAT = ("-F", "message %t qos=%q %p")


class Sensors(GatewayTest):
    def in_front_of_both(self, story):
        """Plays it in front of each broker, and has its capture read. The story wants broker, gateway and capture."""
        for start in self.start_broker, self.start_mosquitto:
            with self.subTest(broker=start.__name__):
                broker = start()
                gateway = self.start_gateway(broker.port)
                path = os.path.join(self.directory(), "sensor.pcap")
                capture = Capture(path)
                self.addCleanup(capture.close)
                story(broker, gateway, capture)
                capture.close()
                self.assert_no_malformed_frame(path, gateway.port, at_least=6)
                self.assertEqual(gateway.stop(), 0)

    def messages(self, subscriber):
        self.assertEqual(subscriber.end(), 0)
        return [line.removeprefix("message ") for line in subscriber.lines if line.startswith("message ")]

    def test_the_will_of_a_sensor_that_falls_silent(self):
        def story(broker, gateway, capture):
            heir = self.subscribe(broker.port, "-t", "lost/#", "-q", "1", "-C", "2", *FORMAT)
            silent = self.start_sensor(gateway, "silent", capture)
            silent.connect(duration=1, will=("lost/silent", b"no more readings"))
            polite = self.start_sensor(gateway, "polite", capture)
            polite.connect(will=("lost/polite", b"never seen"))
            polite.disconnect()
            gateway.wait_for("client_id=silent .*reason=keep_alive")
            heir.wait_for("^message lost/silent qos=1 no more readings")
            self.publish(broker.port, "-t", "lost/nobody", "-q", "1", "-m", "")
            self.assertEqual(self.messages(heir)[1:], ["lost/nobody qos=1 "])

        self.in_front_of_both(story)

    def test_nobody_is_lost_while_the_gateway_stands_still(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port)
        heir = self.subscribe(broker.port, "-t", "lost/#", "-q", "1", "-C", "1", *FORMAT)
        sensors = [self.start_sensor(gateway, f"ps-{number}") for number in range(300)]  # more than are heard at once
        for sensor in sensors:
            sensor.connect(duration=3, will=("lost/one", b""))
        gateway.send_signal(signal.SIGSTOP)
        time.sleep(5)  # longer than anybody may be silent
        for sensor in sensors:
            sensor.send(message(PINGREQ))
        gateway.send_signal(signal.SIGCONT)
        gateway.wait_for(r"warning standstill seconds=\d+")
        for sensor in sensors:
            self.assertEqual(sensor.receive(PINGRESP), b"")
            sensor.disconnect()
        self.publish(broker.port, "-t", "lost/nobody", "-q", "1", "-m", "")
        self.assertEqual(self.messages(heir), ["lost/nobody qos=1 "])

    def test_a_will_that_was_changed(self):
        def story(broker, gateway, capture):
            heir = self.subscribe(broker.port, "-t", "lost/#", "-q", "1", "-C", "1", *FORMAT)
            sensor = self.start_sensor(gateway, "ps-117", capture)
            sensor.connect(duration=1, will=("lost/old", b"old"))
            sensor.update_will("lost/new", b"new")
            self.assertEqual(self.messages(heir), ["lost/new qos=1 new"])

        self.in_front_of_both(story)

    def test_subscriptions(self):
        def story(broker, gateway, capture):
            sensor = self.start_sensor(gateway, "valve-3", capture)
            sensor.connect()
            for qos in 0, 1:
                self.assertEqual(sensor.subscribe(f"valve/3/qos{qos}", qos), qos)
                self.publish(broker.port, "-t", f"valve/3/qos{qos}", "-q", str(qos), "-m", "open")
                self.assertEqual(sensor.receive_publish(), (f"valve/3/qos{qos}", qos, b"open"))
            self.assertEqual(sensor.subscribe("station/+/limits", 1), 1)
            for station in 1, 2:
                self.publish(broker.port, "-t", f"station/{station}/limits", "-q", "1", "-m", "4.2")
                self.assertEqual(sensor.receive_publish(), (f"station/{station}/limits", 1, b"4.2"))
            sensor.disconnect()

        self.in_front_of_both(story)

    def test_a_retained_message_comes_with_the_subscription(self):
        def story(broker, gateway, capture):
            self.publish(broker.port, "-t", "valve/3/target", "-q", "1", "-r", "-m", "shut")
            sensor = self.start_sensor(gateway, "valve-3", capture)
            sensor.connect()
            sensor.subscribe("valve/3/target", 1)
            self.assertEqual(sensor.receive_publish(), ("valve/3/target", 1, b"shut"))
            sensor.disconnect()

        self.in_front_of_both(story)

    def test_messages_wait_for_a_sleeper(self):
        def story(broker, gateway, capture):
            sensor = self.start_sensor(gateway, "valve-3", capture)
            sensor.connect()
            sensor.subscribe("valve/3", 1)
            sensor.subscribe("station/#", 1)
            sensor.sleep(600)
            self.assertEqual(sensor.wake(), [])
            expected = []
            for n in range(5):
                for topic in "valve/3", "station/7":
                    self.publish(broker.port, "-t", topic, "-q", "1", "-m", str(n))
                    expected.append((topic, 1, str(n).encode()))
            waited = []
            # They may be on their way to the gateway still: the broker's TCP holds small packets back until the one
            # before is acknowledged, which may take a fifth of a second, and a thousand wakes do not.
            given_up_at = time.monotonic() + PATIENCE
            while len(waited) < len(expected) and time.monotonic() < given_up_at:
                waited += sensor.wake()
            self.assertEqual(waited, expected)
            self.assertEqual(sensor.wake(), [])
            sensor.connect()
            sensor.disconnect()

        self.in_front_of_both(story)

    def test_a_thousand_messages_wait_for_a_sleeper(self):
        """MQTT-SN 1.2 §6.14-2, §6.14-3: G12: over real sockets they come in one wake, in order, though the broker hands over
        twenty at a time, and Mosquitto 2.0.11 more than it was told"""
        for start in self.start_broker, self.start_mosquitto:
            for qos in 1, 2:
                with self.subTest(broker=start.__name__, qos=qos):
                    broker = start()
                    gateway = self.start_gateway(broker.port)
                    sensor = self.start_sensor(gateway, "valve-3")
                    sensor.connect()
                    sensor.subscribe("valve/3", qos)
                    sensor.sleep(600)
                    numbers = "".join(f"{n}\n" for n in range(1000))
                    status, _, error = programs.run(
                        "mosquitto_pub", "-p", str(broker.port), "-t", "valve/3", "-q", str(qos), "-l", text=numbers
                    )
                    self.assertEqual(status, 0, error)
                    waited = self.all_that_waits(sensor, 1000)
                    self.assertEqual([int(payload) for _, _, payload in waited], list(range(1000)))
                    self.assertEqual(sensor.wake(), [])
                    self.assertEqual(gateway.stop(), 0)

    def all_that_waits(self, sensor, count):
        """In one wake: the gateway asks the broker whether there is more."""
        return sensor.wake()

    def test_qos_2_up(self):
        def story(broker, gateway, capture):
            subscriber = self.subscribe(broker.port, "-t", "#", "-q", "2", "-C", "3", *FORMAT)
            sensor = self.start_sensor(gateway, "meter-9", capture)
            sensor.connect()
            topic_id = sensor.register("meter/9/total")
            for n in range(3):
                self.assertEqual(sensor.publish_qos_2(topic_id, str(n).encode()), ACCEPTED)
            self.assertEqual(self.messages(subscriber), [f"meter/9/total qos=2 {n}" for n in range(3)])
            sensor.disconnect()

        self.in_front_of_both(story)

    def test_qos_2_down(self):
        def story(broker, gateway, capture):
            sensor = self.start_sensor(gateway, "valve-3", capture)
            sensor.connect()
            self.assertEqual(sensor.subscribe("valve/3", 2), 2)
            for n in range(3):
                self.publish(broker.port, "-t", "valve/3", "-q", "2", "-m", str(n))
                self.assertEqual(sensor.receive_publish(), ("valve/3", 2, str(n).encode()))
            sensor.disconnect()

        self.in_front_of_both(story)


if __name__ == "__main__":
    programs.main("__main__")
