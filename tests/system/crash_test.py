"""kill -9 of the broker in the middle of QoS 1 messages to an absent subscriber: nothing acknowledged is lost."""

import signal
import threading

import mqtt_client
import programs
from mqtt_client import MqttClient
from programs import SystemTest

SUBSCRIBER = "scada"
# After how many acknowledgements the broker is killed. The publisher never waits for one, so that the kill finds
# messages on their way, in the open batch, and in the batch that is being written.
KILL_AFTER = (1, 50, 400)
MESSAGES = 60_000  # more than it gets done
WINDOW = 100


class Publisher(threading.Thread):
    """Publishes numbers until the connection ends, with up to WINDOW unacknowledged."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._client = MqttClient(port)
        self._client.open("publisher", clean=True)
        self.acknowledged = []
        self.progress = threading.Condition()

    def run(self):
        sent = 0
        while sent < MESSAGES and sent < len(self.acknowledged) + WINDOW:
            sent += 1
            self._send(sent)
        while len(self.acknowledged) < MESSAGES:
            packet = self._client.read()
            if packet is None:
                break
            assert packet[0] == 0x40, packet
            with self.progress:
                self.acknowledged.append(int.from_bytes(packet[1], "big"))
                self.progress.notify()
            if sent < MESSAGES:
                sent += 1
                self._send(sent)
        self._client.close()

    def _send(self, number):
        try:
            self._client.send(mqtt_client.publish_qos_1("p/1", number, str(number).encode()))
        except OSError:
            pass  # the broker is dead; reading says so too

    def wait_for(self, count):
        with self.progress:
            assert self.progress.wait_for(lambda: len(self.acknowledged) >= count, timeout=programs.PATIENCE)


class Crash(SystemTest):
    def subscribe_and_go(self, port):
        client = self.connect(port)
        client.open(SUBSCRIBER, clean=False)
        client.send(mqtt_client.subscribe(1, "p/#", 1))
        self.assertEqual(client.read(), (0x90, b"\x00\x01\x01"))
        client.send(b"\xe0\x00")
        self.assertIsNone(client.read())

    def collect(self, port, last):
        """The numbers that the session gets, up to `last` at least."""
        client = self.connect(port)
        self.assertTrue(client.open(SUBSCRIBER, clean=False), "the session is gone")
        numbers = []
        while last not in numbers:
            first, body = client.read()
            self.assertEqual(first & 0xF6, 0x32)  # PUBLISH, QoS 1, DUP or not
            topic_end = 2 + int.from_bytes(body[:2], "big")
            client.send(b"\x40\x02" + body[topic_end : topic_end + 2])
            numbers.append(int(body[topic_end + 2 :]))
        client.close()
        return numbers

    def crash(self, durability, after):
        directory = self.directory()
        broker = self.start_broker("--data", directory, "--durability", durability)
        self.subscribe_and_go(broker.port)
        publisher = Publisher(broker.port)
        publisher.start()
        publisher.wait_for(after)
        broker.stop(signal.SIGKILL)
        publisher.join(timeout=programs.PATIENCE)
        self.assertFalse(publisher.is_alive())
        self.assertIn(len(publisher.acknowledged), range(after, MESSAGES))

        broker = self.start_broker("--data", directory, "--durability", durability)
        numbers = self.collect(broker.port, max(publisher.acknowledged))
        lost = set(publisher.acknowledged) - set(numbers)
        self.assertEqual(lost, set(), f"acknowledged and lost: {sorted(lost)[:10]}")
        self.assertEqual(numbers, sorted(set(numbers)), "order, each once")
        self.assertEqual(broker.stop(), 0)

    def test_sync(self):
        for after in KILL_AFTER:
            with self.subTest(after=after):
                self.crash("sync", after)

    def test_os(self):
        for after in KILL_AFTER:
            with self.subTest(after=after):
                self.crash("os", after)


if __name__ == "__main__":
    programs.main("__main__")
