"""Peers that break the protocol, by the table of malformed packets and by chance, beside two clients that keep to it and
must not notice: hostile_test.py --programs DIRECTORY [--mutations N] [--seed N]"""

import collections
import os
import random
import socket
import struct

import mqtt_client
import programs
from mqtt_client import PATIENCE, MqttClient
from programs import SystemTest, run

V3_1, V3_1_1, V5 = 3, 4, 5
CONNECT, DISCONNECT = 0x10, 0xE0
HELLO = {
    V3_1: mqtt_client.packet(0x10, mqtt_client.string("MQIsdp") + b"\x03\x02\x00\x3c" + mqtt_client.string("c")),
    V3_1_1: mqtt_client.packet(0x10, mqtt_client.string("MQTT") + b"\x04\x02\x00\x3c" + mqtt_client.string("c")),
    V5: mqtt_client.packet(0x10, mqtt_client.string("MQTT") + b"\x05\x02\x00\x3c\x00" + mqtt_client.string("c")),
}
UNSUPPORTED_VERSION, CLIENT_ID_NOT_VALID = 0x84, 0x85
RETURN_CODES = {UNSUPPORTED_VERSION: 1, CLIENT_ID_NOT_VALID: 2}  # of 3.1 and 3.1.1; other faults have none

Malformed = collections.namedtuple("Malformed", "version octets reason name")
Valid = collections.namedtuple("Valid", "version octets")


def tables():
    """The malformed and the valid packets of tests/support/packet_samples.cpp."""
    status, output, error = run(os.environ["PRINT_PACKETS"])
    assert status == 0, error
    malformed, valid = [], []
    for line in output.splitlines():
        kind, version, octets, *rest = line.split("\t")
        if kind == "malformed":
            malformed.append(Malformed(int(version), bytes.fromhex(octets), int(rest[0], 16), rest[1]))
        else:
            valid.append(Valid(int(version), bytes.fromhex(octets)))
    return malformed, valid


def is_connect(packet):
    return packet.octets[0] >> 4 == 1


def allowed(row):
    """What the broker may send before it closes: in 5.0 the reason, before that a return code or nothing."""
    if is_connect(row):
        if row.reason in RETURN_CODES:
            return [(mqtt_client.CONNACK, bytes([0, RETURN_CODES[row.reason]]))]
        if row.version == V5 and not row.name.endswith(("nothing", "no level")):
            return [(mqtt_client.CONNACK, bytes([0, row.reason, 0]))]
    elif row.version == V5:
        return [(DISCONNECT, bytes([row.reason]))]
    return []


class Neighbours:
    """A publisher and a subscriber whose messages go on, one for each beat."""

    def __init__(self, test, port):
        self._test = test
        self._publisher, self._subscriber = test.connect(port), test.connect(port)
        self._publisher.open("calm publisher", clean=True)
        self._subscriber.open("calm subscriber", clean=True)
        self._subscriber.send(mqtt_client.subscribe(1, "calm", 2))
        self._subscriber.read()
        self._beats = 0

    def beat(self):
        """One message at QoS 1 or 2, in turn, from one to the other."""
        self._beats += 1
        qos, packet_id = 1 + self._beats % 2, 1 + self._beats % 1000
        payload = str(self._beats).encode()
        self._publisher.send(mqtt_client.publish("calm", qos, packet_id, payload))
        self._expect(self._publisher, mqtt_client.PUBACK if qos == 1 else mqtt_client.PUBREC, packet_id)
        first, body = self._subscriber.read()
        got_qos, got_id, got_payload = mqtt_client.read_publish(first, body)
        self._test.assertEqual((got_qos, got_payload), (qos, payload))
        if qos == 1:
            self._subscriber.send(mqtt_client.acknowledgement(mqtt_client.PUBACK, got_id))
            return
        self._publisher.send(mqtt_client.acknowledgement(mqtt_client.PUBREL, packet_id))
        self._expect(self._publisher, mqtt_client.PUBCOMP, packet_id)
        self._subscriber.send(mqtt_client.acknowledgement(mqtt_client.PUBREC, got_id))
        self._expect(self._subscriber, mqtt_client.PUBREL, got_id)
        self._subscriber.send(mqtt_client.acknowledgement(mqtt_client.PUBCOMP, got_id))

    def _expect(self, client, first_octet, packet_id):
        self._test.assertEqual(client.read(), (first_octet, struct.pack("!H", packet_id)))


class Mutations:
    """Packets that were valid, from a seed: some octets are not what they were."""

    def __init__(self, valid, seed):
        self._valid = valid
        self._random = random.Random(seed)

    def draw(self):
        chance = self._random
        packets = [chance.choice(self._valid) for _ in range(chance.randint(1, 3))]
        octets = bytearray(b"".join(packet.octets for packet in packets))
        for _ in range(chance.randint(1, 4)):
            self._mutate(octets)
        if is_connect(packets[0]) or chance.random() < 0.1:
            return bytes(octets)
        return HELLO[packets[0].version] + bytes(octets)

    def _mutate(self, octets):
        chance = self._random
        at = chance.randrange(len(octets)) if octets else 0
        kind = chance.randrange(6)
        if kind == 0 or not octets:
            octets.insert(at, chance.randrange(256))
        elif kind == 1:
            octets[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            octets[at] = chance.choice((0x00, 0x01, 0x7F, 0x80, 0xFF))
        elif kind == 3:
            del octets[at : at + chance.randint(1, 4)]
        elif kind == 4:
            octets[at:at] = octets[at : at + chance.randint(1, 16)]
        else:
            del octets[at + 1 :]


class Hostile(SystemTest):
    def test_every_malformed_packet_has_its_reaction(self):
        """[MQTT-4.13.1-1] 3.1.1 [MQTT-4.8.0-1] over a socket: its reason and the end, and the neighbours do not notice"""
        broker = self.start_broker()
        neighbours = Neighbours(self, broker.port)
        malformed, _ = tables()
        self.assertGreater(len(malformed), 200)
        for row in malformed:
            with self.subTest(row.name):
                peer = MqttClient(broker.port)
                if not is_connect(row):
                    peer.send(HELLO[row.version])
                    self.assertEqual(peer.read()[0], mqtt_client.CONNACK)
                peer.send(row.octets)
                got = list(iter(peer.read, None))
                peer.close()
                # A Reason String may follow the reason of a DISCONNECT.
                got = [(first, body[:1]) if first == DISCONNECT else (first, body) for first, body in got]
                self.assertEqual(got, allowed(row))
            neighbours.beat()
        self.assertEqual(broker.stop(), 0)

    def test_mutations_of_valid_packets(self):
        broker = self.start_broker("--max-packet-size", "65536")
        neighbours = Neighbours(self, broker.port)
        _, valid = tables()
        mutations = Mutations(valid, programs.numbers["seed"])
        for number in range(programs.numbers["mutations"]):
            octets = mutations.draw()
            with self.subTest(number=number, octets=octets.hex()):
                self.send_and_leave(broker.port, octets)
            if number % 10 == 0:
                neighbours.beat()
        neighbours.beat()
        self.assertEqual(broker.stop(), 0)

    def send_and_leave(self, port, octets):
        """Sends, says that nothing more will come, and reads until the broker closes."""
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as peer:
            try:
                peer.sendall(octets)
                peer.shutdown(socket.SHUT_WR)
                while peer.recv(65536):
                    pass
            except ConnectionError:  # the broker had closed before it had read everything
                pass

    def test_a_peer_that_says_nothing_more_is_closed_in_time(self):
        broker = self.start_broker("--connect-timeout", "1")
        neighbours = Neighbours(self, broker.port)
        for beginning in b"", b"\x10", HELLO[V5][:-1], b"\x10\xff\xff\x7f":
            with self.subTest(beginning=beginning):
                peer = self.connect(broker.port)
                peer.send(beginning)
                self.assertIsNone(peer.read())
                neighbours.beat()

    def test_3_1_clients_have_short_names(self):
        broker = self.start_broker()
        send = ["-p", str(broker.port), "-V", "mqttv31", "-t", "t", "-m", "x"]
        self.assertEqual(run("mosquitto_pub", *send, "-i", "c" * 23)[0], 0)
        status, _, error = run("mosquitto_pub", *send, "-i", "c" * 24)
        self.assertNotEqual(status, 0)
        self.assertIn("identifier rejected", error)


if __name__ == "__main__":
    programs.main("__main__", mutations=5000, seed=1)
