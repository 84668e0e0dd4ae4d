"""Peers that break MQTT-SN, by the table of malformed datagrams and by chance, beside a sensor that keeps to it and must
not notice: gateway_hostile_test.py --programs DIRECTORY [--datagrams N] [--seed N]"""

import collections
import os
import random
import socket

import programs
import sensor as sn
from gateway_rig import GatewayTest
from mqtt_client import PATIENCE
from programs import run
from sensor import DISCONNECT, PINGREQ, message

Sample = collections.namedtuple("Sample", "octets name")

# What a stranger may hear. Everything else that is well-formed means nothing to a gateway without a connection.
TOLD_TO_CONNECT = {
    sn.REGISTER, sn.PUBLISH, sn.SUBSCRIBE, sn.UNSUBSCRIBE, sn.PINGREQ, sn.DISCONNECT, sn.WILLTOPICUPD, sn.WILLMSGUPD,
}  # fmt: skip


def tables():
    """The malformed and the well-formed datagrams of tests/support/datagram_samples.hpp."""
    status, output, error = run(os.environ["PRINT_PACKETS"], "mqtt-sn")
    assert status == 0, error
    rows = {"malformed": [], "valid": []}
    for line in output.splitlines():
        kind, octets, name = line.split("\t")
        rows[kind].append(Sample(bytes.fromhex(octets), name))
    return rows["malformed"], rows["valid"]


def is_told_to_connect(octets):
    """But for DISCONNECT with a Duration, whose answer would grant a sleep (§6.14)."""
    header = 4 if octets[0] == 1 else 2
    kind = octets[header - 1]
    return kind in TOLD_TO_CONNECT and not (kind == sn.DISCONNECT and any(octets[header:]))


class Stranger:
    """A socket with no connection at the gateway."""

    def __init__(self, port):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._socket.settimeout(PATIENCE)
        self.sent = self.received = 0  # octets

    def send(self, octets):
        self._socket.send(octets)
        self.sent += len(octets)

    def receive(self):
        octets = self._socket.recv(65535)
        self.received += len(octets)
        return octets

    def fence(self):
        """Answered by DISCONNECT, and not before what was sent before it: datagrams of one socket keep their order. But
        CONNECT comes behind the others: what it were answered by, the next fence would show."""
        self.send(message(PINGREQ))

    def drain(self):
        self._socket.setblocking(False)
        try:
            while True:
                self.receive()
        except BlockingIOError:
            pass
        self._socket.settimeout(PATIENCE)

    def close(self):
        self._socket.close()


class Hostile(GatewayTest):
    def setUp(self):
        self.broker = self.start_broker()
        self.gateway = self.start_gateway(self.broker.port, "--forwarder", "10.0.0.0/8")
        self.calm = self.start_sensor(self.gateway, "calm")
        self.calm.connect()
        self.topic = self.calm.register("calm")
        self.beats = 0

    def stranger(self):
        stranger = Stranger(self.gateway.port)
        self.addCleanup(stranger.close)
        return stranger

    def beat(self):
        """The sensor beside it goes on."""
        self.beats += 1
        self.calm.publish(self.topic, str(self.beats).encode())

    def test_every_malformed_datagram_is_met_by_silence(self):
        """MQTT-SN 1.2 §5.2.1-3, §5.2.2-1: over real UDP, from strangers and from a connected sensor's address"""
        malformed, _ = tables()
        self.assertGreater(len(malformed), 80)
        stranger = self.stranger()
        victim = self.start_sensor(self.gateway, "victim")
        victim.connect()
        for row in malformed:
            with self.subTest(row.name):
                stranger.send(row.octets)
                stranger.fence()
                self.assertEqual(stranger.receive(), message(DISCONNECT))
                victim.send(row.octets)
                victim.ping()
                self.beat()
        self.assertEqual(self.gateway.stop(), 0)

    def test_a_stranger_hears_no_more_than_it_has_said(self):
        """MQTT-SN 1.2 §6.12-2: every well-formed datagram of a stranger has its one allowed answer, never a longer one"""
        _, valid = tables()
        self.assertGreater(len(valid), 27)
        for row in valid:
            with self.subTest(row.name):
                stranger = self.stranger()
                answers = self.answers(stranger, row)
                self.assertLessEqual(sum(map(len, answers)), len(row.octets))
                self.beat()
        self.assertEqual(self.gateway.stop(), 0)

    def answers(self, stranger, row):
        """To this datagram alone. The samples' CONNECT has a will: the prompt is the answer."""
        if row.name.startswith("CONNECT"):
            stranger.send(row.octets)
            answer = stranger.receive()
            self.assertEqual(answer, message(sn.WILLTOPICREQ))
            stranger.send(message(DISCONNECT))
            stranger.receive()
            return [answer]
        stranger.send(row.octets)
        stranger.fence()
        answers = [stranger.receive()]
        if is_told_to_connect(row.octets):
            answers.append(stranger.receive())
        self.assertEqual(answers, [message(DISCONNECT)] * len(answers))
        return answers[1:]

    def test_connects_without_a_second_word(self):
        """G21: of those that say CONNECT and no more there are as many as may be; who is there notices nothing."""
        gateway = self.start_gateway(self.broker.port, "--newcomers", "3", "--mode", "aggregating")
        known = self.start_sensor(gateway, "known")
        known.connect(clean=False)
        topic = known.register("known")
        answers = collections.Counter()
        for number in range(200):
            stranger = Stranger(gateway.port)
            self.addCleanup(stranger.close)
            stranger.send(message(sn.CONNECT, b"\x04\x01\x00\x3c" + f"forged-{number}".encode()))
            answers[stranger.receive()] += 1
            known.publish(topic, str(number).encode())
        accepted, congestion = (message(sn.CONNACK, bytes([code])) for code in (0, 1))
        self.assertEqual(answers, {accepted: 3, congestion: 197})
        known.disconnect()
        known.connect(clean=False)  # its session is here
        self.assertEqual(gateway.stop(), 0)

    def test_random_datagrams(self):
        """MQTT-SN 1.2 §5.2.1-3: any octets from anywhere, in great number, do not disturb the sensor beside them"""
        malformed, valid = tables()
        subscriber = self.subscribe(self.broker.port, "-t", "calm", "-q", "1", "-F", "beat %p")
        chance = random.Random(programs.numbers["seed"])
        peers = [self.stranger() for _ in range(16)]
        fence = self.stranger()
        for number in range(programs.numbers["datagrams"]):
            peer = peers[chance.randrange(len(peers))]
            peer.send(draw(chance, malformed + valid))
            if number % 100 == 0:  # or the kernel would drop what the gateway has not read yet
                fence.fence()
                self.assertEqual(fence.receive(), message(DISCONNECT))
            if number % 1000 == 0:
                self.beat()
                for each in peers:
                    each.drain()
        self.beat()
        for peer in peers:
            self.assertLessEqual(peer.received, peer.sent)
        self.publish(self.broker.port, "-t", "calm", "-q", "1", "-m", "over")
        subscriber.wait_for("^beat over")
        got = [line.removeprefix("beat ") for line in subscriber.lines if line.startswith("beat ")]
        self.assertEqual(got, [str(n + 1) for n in range(self.beats)] + ["over"])
        self.calm.disconnect()
        self.assertEqual(self.gateway.stop(), 0)


def draw(chance, samples):
    """Octets that were a sample, some of which are not what they were; or any."""
    if chance.random() < 0.2:
        return chance.randbytes(chance.randrange(64))
    octets = bytearray(chance.choice(samples).octets)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(octets)) if octets else 0
        kind = chance.randrange(5)
        if kind == 0 or not octets:
            octets.insert(at, chance.randrange(256))
        elif kind == 1:
            octets[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            octets[at] = chance.choice((0x00, 0x01, 0x7F, 0x80, 0xFF))
        elif kind == 3:
            del octets[at]
        else:
            octets[at:at] = chance.randbytes(chance.randint(1, 8))
    if octets and chance.random() < 0.7:  # a Length that is right leads further in
        octets[0] = len(octets) % 256
    return bytes(octets)


if __name__ == "__main__":
    programs.main("__main__", datagrams=100000, seed=1)
