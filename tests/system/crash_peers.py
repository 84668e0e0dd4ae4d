"""The two ends of the crash test: both keep their sessions, and never forget what the protocol makes them remember."""

import mqtt_client
from mqtt_client import DUP, PUBACK, PUBCOMP, PUBLISH, PUBREC, PUBREL, RETAIN, MqttClient

WINDOW = 100  # unacknowledged messages at most
TOPIC = "p/1"
STATE = "state"  # its retained value is a number that rises


class OnItsWay:
    """A message that the publisher has not been able to forget."""

    def __init__(self, topic, qos, payload, flags=0):
        self.topic, self.qos, self.payload, self.flags = topic, qos, payload, flags
        self.is_received = False  # PUBREC has come: from then on only PUBREL is sent


class Publisher:
    """Numbers the messages of each QoS from 1, and the retained values. Never waits for one acknowledgement before it
    sends the next message, so that a crash finds messages everywhere on their way."""

    def __init__(self, random):
        self._random = random
        self._client = None
        self._on_their_way = {}  # by packet identifier, in the order in which they were sent first
        self._last_packet_id = 0
        self.sent = {1: 0, 2: 0}  # by QoS
        self.state_sent = 0
        self.state_acknowledged = 0

    def connect(self, port):
        """Returns session present. Whatever is on its way is sent again. 3.1.1 [MQTT-4.4.0-1]"""
        self._client = MqttClient(port)
        present = self._client.open("publisher", clean=False)
        for packet_id, message in self._on_their_way.items():
            if message.is_received:
                self._send(mqtt_client.acknowledgement(PUBREL, packet_id))
            else:
                self._send_message(packet_id, message, DUP)
        return present

    def publish_until(self, kill, steps):
        """Sends and receives; calls `kill` after so many packets, and goes on until the connection is over."""
        is_over = False
        while not is_over:
            if len(self._on_their_way) < WINDOW and steps > 0:
                self._publish_next()
            else:
                is_over = not self._read()
            steps -= 1
            if steps == 0:
                kill()
        self.close()

    def settle(self):
        """Until everything is acknowledged."""
        while self._on_their_way:
            assert self._read(), "the connection is over"

    def finish(self):
        """One last message of each QoS, and goodbye: behind these there is nothing."""
        for qos in 1, 2:
            self._publish(OnItsWay(TOPIC, qos, b"end"))
        self.settle()

    def close(self):
        self._client.close()

    def _publish_next(self):
        kind = self._random.randrange(10)
        if kind == 0:
            self.state_sent += 1
            return self._publish(OnItsWay(STATE, 1, str(self.state_sent).encode(), RETAIN))
        qos = 1 + kind % 2
        self.sent[qos] += 1
        self._publish(OnItsWay(TOPIC, qos, str(self.sent[qos]).encode()))

    def _publish(self, message):
        packet_id = self._last_packet_id % 65535 + 1
        while packet_id in self._on_their_way:
            packet_id = packet_id % 65535 + 1
        self._last_packet_id = packet_id
        self._on_their_way[packet_id] = message
        self._send_message(packet_id, message)

    def _send_message(self, packet_id, message, flags=0):
        octets = mqtt_client.publish(message.topic, message.qos, packet_id, message.payload, message.flags | flags)
        self._send(octets)

    def _send(self, octets):
        try:
            self._client.send(octets)
        except OSError:
            pass  # the broker is dead; reading says so too

    def _read(self):
        """One acknowledgement. False: the connection is over."""
        packet = self._client.read()
        if packet is None:
            return False
        first, body = packet
        packet_id = int.from_bytes(body, "big")
        message = self._on_their_way[packet_id]
        if first == PUBREC:
            assert message.qos == 2
            message.is_received = True
            self._send(mqtt_client.acknowledgement(PUBREL, packet_id))
            return True
        assert first == (PUBCOMP if message.is_received else PUBACK), packet
        del self._on_their_way[packet_id]
        if message.topic == STATE:
            self.state_acknowledged = max(self.state_acknowledged, int(message.payload))
        return True


class Subscriber:
    """Away most of the time. `received` has what came, by QoS, in order, repetitions of QoS 1 included."""

    def __init__(self):
        self._held = set()  # packet identifiers of QoS 2 messages between PUBREC and PUBREL
        self.received = {1: [], 2: []}

    def subscribe(self, port):
        client = MqttClient(port)
        client.open("scada", clean=False)
        client.send(mqtt_client.subscribe(1, "p/#", 2))
        assert client.read() == (mqtt_client.SUBACK, b"\x00\x01\x02")
        client.send(mqtt_client.DISCONNECT)
        client.close()

    def collect(self, port, ends):
        """Takes everything up to the `ends`-th end of each QoS, and what is there behind it. Returns session present."""
        client = MqttClient(port)
        present = client.open("scada", clean=False)
        while self._held or any(numbers.count(b"end") < ends for numbers in self.received.values()):
            self._handle(client, *client.read())
        client.send(mqtt_client.PINGREQ)
        while (packet := client.read()) != (mqtt_client.PINGRESP[0], b""):
            self._handle(client, *packet)
        client.send(mqtt_client.DISCONNECT)
        client.close()
        return present

    def collect_until(self, port, kill, steps):
        """Takes what has waited; calls `kill` after so many packets, or when nothing comes any more, and goes on until
        the connection is over. Returns session present."""
        client = MqttClient(port)
        present = client.open("scada", clean=False)
        client.send(mqtt_client.PINGREQ)
        is_quiet = False  # nothing but the answer to PINGREQ
        while (packet := client.read()) is not None:
            steps -= 1
            if packet != (mqtt_client.PINGRESP[0], b""):
                is_quiet = False
                self._handle(client, *packet)
            elif not is_quiet and steps > 0:
                is_quiet = True
                self._send(client, mqtt_client.PINGREQ)
            else:
                steps = 0
            if steps == 0:
                kill()
        client.close()
        return present

    def _handle(self, client, first, body):
        if first == PUBREL:
            self._held.discard(int.from_bytes(body, "big"))
            return self._send(client, mqtt_client.acknowledgement(PUBCOMP, int.from_bytes(body, "big")))
        assert first & 0xF0 == PUBLISH, (first, body)
        qos, packet_id, payload = mqtt_client.read_publish(first, body)
        if qos == 1 or packet_id not in self._held:
            self.received[qos].append(payload)
        if qos == 2:
            self._held.add(packet_id)
        self._send(client, mqtt_client.acknowledgement(PUBACK if qos == 1 else PUBREC, packet_id))

    def _send(self, client, octets):
        try:
            client.send(octets)
        except OSError:
            pass  # the broker is dead; reading says so too
