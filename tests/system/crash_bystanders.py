"""Clients beside the messages of the crash test: one whose subscriptions change all the time, and MQTT 5 clients whose
sessions and messages have an end."""

import time

import mqtt_client
from mqtt_client import PUBACK, PUBLISH, SUBACK, UNSUBACK, MqttClient

FILTERS = [f"w/{number}" for number in range(8)]
LONG = 3600  # seconds: nothing that lasts so long may go
SHORT = 1
EXACT = 1  # seconds by which an end may come late


def take_all(client, version=4):
    """What has waited for a client, acknowledged: topic, payload and seconds left."""
    taken = []
    client.send(mqtt_client.PINGREQ)
    while (packet := client.read()) != (mqtt_client.PINGRESP[0], b""):
        first, body = packet
        assert first & 0xF0 == PUBLISH, packet
        message = mqtt_client.read_message(first, body, version)
        client.send(mqtt_client.acknowledgement(PUBACK, message.packet_id))
        taken.append(message)
    return taken


class Wanderer:
    """Subscribes and unsubscribes without waiting for the answer; knows which states a filter may be in."""

    def __init__(self, random):
        self._random = random
        self._client = None
        self._states = {topic_filter: {False} for topic_filter in FILTERS}  # what may be
        self._asked = []  # unanswered requests in order: filter and what it will be
        self._packet_id = 0

    def connect(self, port):
        """Returns session present."""
        self._client = MqttClient(port)
        return self._client.open("wanderer", clean=False)

    def change(self, count):
        for _ in range(count):
            topic_filter, wanted = self._random.choice(FILTERS), self._random.random() < 0.5
            self._packet_id = self._packet_id % 65535 + 1
            if wanted:
                octets = mqtt_client.subscribe(self._packet_id, topic_filter, 1)
            else:
                octets = mqtt_client.unsubscribe(self._packet_id, topic_filter)
            self._asked.append((topic_filter, wanted))
            try:
                self._client.send(octets)
            except OSError:
                pass  # the broker is dead; reading says so too

    def hear(self):
        """The answers up to the end of the connection: what is answered is so, the rest may be so."""
        while (packet := self._client.read()) is not None:
            assert packet[0] in (SUBACK, UNSUBACK), packet
            topic_filter, state = self._asked.pop(0)
            self._states[topic_filter] = {state}
        for topic_filter, state in self._asked:
            self._states[topic_filter].add(state)
        self._asked.clear()
        self.close()

    def close(self):
        self._client.close()

    def judge(self, test, port):
        """What it gets of a message to each filter says what it is subscribed to."""
        test.assertTrue(self.connect(port), "the wanderer's session is gone")
        bystander = MqttClient(port)
        bystander.open("bystander", clean=True)
        for number, topic in enumerate(FILTERS, 1):
            bystander.send(mqtt_client.publish(topic, 1, number, b"?"))
        for _ in FILTERS:
            test.assertEqual(bystander.read()[0], PUBACK)
        bystander.close()
        received = [message.topic for message in take_all(self._client)]
        for topic_filter, states in self._states.items():
            is_subscribed = topic_filter in received
            test.assertIn(is_subscribed, states, f"{topic_filter}: acknowledged otherwise")
            self._states[topic_filter] = {is_subscribed}


class Mortals:
    """Of each life of the broker two sessions and two messages, of which one is to be there ever after and one only for
    a second."""

    def __init__(self):
        self._generation = 0
        self._left = {}  # by seconds of life: when its session was left
        self._sent = {}  # by seconds of life: when its message was sent, and when it was acknowledged

    def live(self, port):
        self._generation += 1
        for life in LONG, SHORT:
            client = MqttClient(port)
            client.open5(f"mortal-{life}-{self._generation}", session_expiry=life)
            self._left[life] = time.monotonic()
            client.send(mqtt_client.DISCONNECT)
            client.close()
        reader = MqttClient(port)
        reader.open5("reader", session_expiry=LONG)
        reader.send(mqtt_client.subscribe5(1, "mortal", 1))
        assert reader.read()[0] == SUBACK
        reader.send(mqtt_client.DISCONNECT)
        assert reader.read() is None  # so that nothing is sent to it any more
        reader.close()
        writer = MqttClient(port)
        writer.open5("writer", session_expiry=0)
        for life in LONG, SHORT:
            sent = time.monotonic()
            writer.send(mqtt_client.publish5("mortal", life, str(life).encode(), message_expiry=life))
            assert writer.read()[0] == PUBACK
            self._sent[life] = (sent, time.monotonic())
        writer.close()

    def judge(self, test, port, ready):
        """`ready`: when the broker was there again."""
        for life in LONG, SHORT:
            before = time.monotonic()
            client = MqttClient(port)
            present = client.open5(f"mortal-{life}-{self._generation}", session_expiry=0)
            client.close()
            if present:
                test.assertLessEqual(before - max(self._left[life], ready), life + EXACT, "a session outlived its end")
            else:
                test.assertGreaterEqual(time.monotonic() - self._left[life], life, "a session ended early")
        before = time.monotonic()
        reader = MqttClient(port)
        test.assertTrue(reader.open5("reader", session_expiry=LONG), "the reader's session is gone")
        taken = {int(message.payload): message.expiry for message in take_all(reader, version=5)}
        reader.close()
        for life, (sent, acknowledged) in self._sent.items():
            passed = time.monotonic() - sent
            if life not in taken:
                test.assertGreaterEqual(passed, life, "an acknowledged message expired early")
                continue
            test.assertLessEqual(before - acknowledged, life + EXACT, "a message outlived its end")
            test.assertIn(taken[life], range(int(life - passed) - EXACT, life + 1), "seconds left")
