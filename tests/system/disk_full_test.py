"""A disk on which nothing more can be written, as the broker's users meet it: a limit on the size of files (EFBIG, which
SQLite and the broker treat as they treat ENOSPC)."""

import os
import signal

import mqtt_client
import programs
from programs import SystemTest, run

TOPIC = "plant/level"
PAYLOAD = b"x" * 4000
MESSAGES = 60  # together larger than the room that is left
ROOM = 100_000  # octets


class DiskFull(SystemTest):
    def publisher(self, port):
        client = self.connect(port)
        client.open("publisher", clean=True)
        return client

    def read_until_pingresp(self, client):
        """Packet identifiers of the PUBACKs up to PINGRESP."""
        client.send(mqtt_client.PINGREQ)
        acknowledged = []
        while True:
            first, body = client.read()
            if first == mqtt_client.PINGRESP[0]:
                return acknowledged
            self.assertEqual(first, mqtt_client.PUBACK)
            acknowledged.append(int.from_bytes(body, "big"))

    def take_all(self, port, last):
        """What waits for the subscriber, until the last one, by number."""
        client = self.connect(port)
        self.assertTrue(client.open("absent", clean=False))
        numbers = []
        while not numbers or numbers[-1] != last:
            first, body = client.read()
            qos, packet_id, payload = mqtt_client.read_publish(first, body)
            self.assertEqual(qos, 1)
            client.send(mqtt_client.acknowledgement(mqtt_client.PUBACK, packet_id))
            numbers.append(int(payload.rstrip(b"x")))
        return numbers

    def test_full_and_healed(self):
        directory = self.directory()
        broker = self.start_broker("--data", directory)
        absent = self.connect(broker.port)
        absent.open("absent", clean=False)
        absent.send(mqtt_client.subscribe(1, TOPIC, 1))
        self.assertEqual(absent.read(), (mqtt_client.SUBACK, b"\x00\x01\x01"))
        absent.close()

        broker.limit_file_size(os.path.getsize(os.path.join(directory, "broker.sqlite-wal")) + ROOM)
        client = self.publisher(broker.port)
        for number in range(1, MESSAGES + 1):
            client.send(mqtt_client.publish(TOPIC, 1, number, b"%d" % number + PAYLOAD))
        broker.wait_for("store.trouble .*broker.sqlite")
        acknowledged = self.read_until_pingresp(client)
        self.assertLess(len(acknowledged), MESSAGES)

        # 5.0 is told; QoS 0 goes on.
        status, output, error = run(
            "mosquitto_pub", "-V", "mqttv5", "-p", str(broker.port), "-q", "1", "-t", TOPIC, "-m", "refused"
        )
        self.assertIn("Quota exceeded", output + error, status)
        live = self.subscribe(broker.port, "-t", "live", "-C", "1", "-F", "got %p")
        self.publish(broker.port, "-t", "live", "-m", "at once")
        self.assertEqual(live.end(), 0)
        self.assertIn("got at once", live.lines)

        broker.limit_file_size(None)
        broker.wait_for("store.healed")
        while len(acknowledged) < MESSAGES:
            first, body = client.read()
            self.assertEqual(first, mqtt_client.PUBACK)
            acknowledged.append(int.from_bytes(body, "big"))
        self.assertEqual(acknowledged, list(range(1, MESSAGES + 1)))

        broker.kill()
        self.assertEqual(broker.end(), -signal.SIGKILL)
        broker = self.start_broker("--data", directory)
        self.assertEqual(self.take_all(broker.port, MESSAGES), list(range(1, MESSAGES + 1)))
        self.assertEqual(broker.stop(), 0)

    def test_full_until_the_end(self):
        """Killed while the disk is full: what was acknowledged is there at the next start, with room again."""
        directory = self.directory()
        broker = self.start_broker("--data", directory)
        absent = self.connect(broker.port)
        absent.open("absent", clean=False)
        absent.send(mqtt_client.subscribe(1, TOPIC, 1))
        absent.read()
        absent.close()
        broker.limit_file_size(os.path.getsize(os.path.join(directory, "broker.sqlite-wal")) + ROOM)
        client = self.publisher(broker.port)
        acknowledged = []
        for number in range(1, MESSAGES + 1):  # one at a time, so that some are stored
            client.send(mqtt_client.publish(TOPIC, 1, number, b"%d" % number + PAYLOAD))
            new = self.read_until_acknowledged_or_trouble(broker, client, number)
            if new is None:
                break
            acknowledged.append(new)
        self.assertGreater(len(acknowledged), 2)
        self.assertLess(len(acknowledged), MESSAGES)
        broker.kill()
        broker.end()
        broker = self.start_broker("--data", directory)
        self.assertEqual(self.take_all(broker.port, acknowledged[-1])[: len(acknowledged)], acknowledged)
        self.assertEqual(broker.stop(), 0)

    def read_until_acknowledged_or_trouble(self, broker, client, number):
        """The number, or None once the broker has said that it cannot store."""
        while True:
            if any("store.trouble" in line for line in broker.new_lines()):
                return None
            if number in self.read_until_pingresp(client):
                return number


if __name__ == "__main__":
    programs.main("__main__")
