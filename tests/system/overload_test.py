"""Readers that stall, publishers that flood, and a broker whose memory is limited: nobody else notices."""

import select
import socket
import time
import unittest

import mqtt_client as mqtt
import programs
from broker_pages import Http
from programs import SystemTest, run

MIB = 1 << 20


class Raw:
    """A connection whose receive buffer is small, so that it stalls as soon as it does not read."""

    def __init__(self, port, client_id, clean=True):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(programs.PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(mqtt.connect(client_id, clean, keep_alive=0))
        self.expect(4)

    def expect(self, size):
        octets = b""
        while len(octets) < size:
            more = self.socket.recv(size - len(octets))
            assert more, "the broker has closed the connection"
            octets += more
        return octets

    def subscribe(self, topic_filter, qos):
        self.socket.sendall(mqtt.subscribe(1, topic_filter, qos))
        self.expect(5)

    def send_some(self, octets):
        """What the socket takes at once. Returns how much that is."""
        if not select.select([], [self.socket], [], 0)[1]:
            return 0
        return self.socket.send(octets, socket.MSG_DONTWAIT)


class Flood:
    """A publisher that never waits: QoS 1 messages, as many as its socket takes."""

    def __init__(self, port, client_id, topic, payload):
        self.raw = Raw(port, client_id)
        self._packet = lambda number: mqtt.publish(topic, 1, number, payload)
        self._sent = 0
        self._rest = b""

    def go_on(self):
        """Returns the octets that could be sent."""
        if not self._rest:
            numbers = range(self._sent, self._sent + 16)
            self._rest = b"".join(self._packet(1 + number % 65535) for number in numbers)
            self._sent += 16
        sent = self.raw.send_some(self._rest)
        self._rest = self._rest[sent:]
        return sent


class Stalling(SystemTest):
    def alive(self, port):
        """A subscriber and a publisher of its own."""
        subscriber = self.connect(port)
        subscriber.send(mqtt.connect("alive", True))
        subscriber.read()
        subscriber.send(mqtt.subscribe(1, "alive", 1))
        subscriber.read()
        publisher = self.connect(port)
        publisher.send(mqtt.connect("modest", True))
        publisher.read()
        return subscriber, publisher

    def assert_alive(self, subscriber, publisher, number):
        payload = str(number).encode()
        publisher.send(mqtt.publish("alive", 1, number, payload))
        self.assertEqual(publisher.read(), (mqtt.PUBACK, number.to_bytes(2, "big")))
        first_octet, body = subscriber.read()
        qos, packet_id, received = mqtt.read_publish(first_octet, body)
        self.assertEqual((qos, received), (1, payload))
        subscriber.send(mqtt.acknowledgement(mqtt.PUBACK, packet_id))

    def test_memory_stays_near_its_limit_with_stalled_subscribers(self):
        limit = 64 * MIB
        broker = self.start_broker("--memory-limit", str(limit), "--http", "127.0.0.1:0", "--sys-interval", "0",
                                   "--max-queued-bytes", str(limit))
        pages = Http(broker)
        subscriber, publisher = self.alive(broker.port)
        stalled = [Raw(broker.port, f"stalled-{number}") for number in range(60)]
        for reader in stalled:
            reader.subscribe("flood", 1)
            self.addCleanup(reader.socket.close)
        floods = [Flood(broker.port, f"flood-{number}", "flood", b"x" * 8000) for number in range(4)]
        for flood in floods:
            self.addCleanup(flood.raw.socket.close)
        peak, held, rounds = 0, 0, 0
        give_up = time.monotonic() + mqtt.PATIENCE
        while held < len(floods):
            self.assertLess(time.monotonic(), give_up, f"held {held} publishers")
            rounds += 1
            for _ in range(50):
                for flood in floods:
                    flood.go_on()
            metrics = pages.metrics()
            peak = max(peak, metrics["process_resident_memory_bytes"])
            held = metrics["trunkline_publishers_held_total"]
            self.assert_alive(subscriber, publisher, rounds % 60_000 + 1)
            received = metrics["trunkline_publish_received_total"] * 8000
            self.assertLess(received, 10 * limit, "the publishers were never held back")
        broker.wait_for(r"memory\.pressure stage=refusing")
        broker.wait_for(r"memory\.pressure stage=holding")
        for _ in range(200):  # what is on its way to publishers that are no longer read
            for flood in floods:
                flood.go_on()
        metrics = pages.metrics()
        peak = max(peak, metrics["process_resident_memory_bytes"])
        self.assertLessEqual(peak, 1.2 * limit)
        self.assertGreater(metrics["trunkline_memory_maximum_bytes"], 0.7 * limit)
        self.assertLessEqual(metrics["trunkline_memory_maximum_bytes"], limit)
        self.assert_alive(subscriber, publisher, 60_000)
        for reader in stalled:
            reader.socket.close()
        broker.wait_for(r"memory\.pressure stage=none")
        for flood in floods:
            self.assertEqual(flood.raw.expect(4)[:1], bytes([mqtt.PUBACK]))
        self.assert_alive(subscriber, publisher, 60_001)
        self.assertEqual(broker.stop(), 0)

    def test_a_stalled_reader_costs_nobody_else_anything_and_misses_nothing(self):
        broker = self.start_broker("--sys-interval", "0")
        stalled = Raw(broker.port, "stalled")
        stalled.subscribe("t", 1)
        subscriber, publisher = self.alive(broker.port)
        others = [self.connect(broker.port) for _ in range(10)]
        for number, other in enumerate(others):
            other.send(mqtt.connect(f"other-{number}", True))
            other.read()
            other.send(mqtt.subscribe(1, "t", 1))
            other.read()
        count = 500
        for number in range(1, count + 1):
            payload = b"%08d" % number + b"x" * 8000
            publisher.send(mqtt.publish("t", 1, number, payload))
            self.assertEqual(publisher.read(), (mqtt.PUBACK, number.to_bytes(2, "big")))
            for other in others:
                _, packet_id, received = mqtt.read_publish(*other.read())
                self.assertEqual(received[:8], payload[:8])
                other.send(mqtt.acknowledgement(mqtt.PUBACK, packet_id))
        self.assert_alive(subscriber, publisher, count + 1)
        for number in range(1, count + 1):  # fixed header of three octets, topic, identifier, payload
            packet = stalled.expect(3 + 3 + 2 + 8008)
            self.assertEqual(packet[8:16], b"%08d" % number)
            stalled.socket.sendall(mqtt.acknowledgement(mqtt.PUBACK, int.from_bytes(packet[6:8], "big")))
        stalled.socket.close()

    def test_who_publishes_too_fast_is_slowed_down_and_loses_nothing(self):
        broker = self.start_broker("--max-publish-rate", "100", "--http", "127.0.0.1:0", "--sys-interval", "0")
        subscriber = self.subscribe(broker.port, "-t", "t", "-q", "1", "-C", "300")
        flood = "\n".join(str(number) for number in range(300))
        status, _, error = run("mosquitto_pub", "-p", str(broker.port), "-t", "t", "-q", "1", "-l", text=flood + "\n")
        self.assertEqual(status, 0, error)
        self.assertEqual(subscriber.end(), 0)
        received = [line for line in subscriber.lines if line.isdigit()]
        self.assertEqual(received, [str(number) for number in range(300)])
        self.assertGreater(Http(broker).metrics()["trunkline_publishers_throttled_total"], 0)

    def test_a_limit_that_could_never_be_kept_is_refused(self):
        status, _, error = run("trunkline-broker", "--memory-limit", "1000000")
        self.assertEqual(status, 2)
        self.assertIn("--memory-limit: at least 16777216 octets are wanted, or 0 for no limit, got 1000000", error)


if __name__ == "__main__":
    programs.main(__name__)
