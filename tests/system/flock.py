"""Many MQTT-SN sensors in one thread, each of which publishes its readings one after the other at QoS 1, and remembers
which of them were acknowledged."""

import selectors
import socket
import struct
import time

from mqtt_client import PATIENCE
from sensor import (ACCEPTED, CLEAN_SESSION, CONGESTION, CONNACK, CONNECT, DISCONNECT, DUP, NORMAL, PROTOCOL_ID, PUBACK,
                    PUBLISH, QOS_1, REGACK, REGISTER, message)

REPEAT_AFTER = 1.0  # Tretry, shorter than a patient sensor's


class Member:
    """One sensor: what it waits for, and since when."""

    def __init__(self, gateway_port, client_id, topic, clean):
        self.client_id = client_id
        self.topic = topic
        self.acknowledged = []
        self.congestions = 0
        self.disconnects = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", gateway_port))
        self.socket.setblocking(False)
        self._flags = CLEAN_SESSION if clean else 0
        self._topic_id = None
        self._msg_id = 0
        self._wanted = 0  # readings, in all
        self._waits = None  # the message that is repeated until it is answered
        self._sent_at = 0.0

    def begin(self):
        body = struct.pack("!BBH", self._flags, PROTOCOL_ID, 600) + self.client_id.encode()
        self._ask(message(CONNECT, body))

    def want(self, readings):
        self._wanted = readings
        if self._waits is None:
            self._publish_next()

    def is_done(self):
        return self._topic_id is not None and len(self.acknowledged) >= self._wanted

    def look(self, now):
        """Repeats what was not answered in time."""
        if self._waits is not None and now - self._sent_at > REPEAT_AFTER:
            octets = bytearray(self._waits)
            if octets[1] == PUBLISH:
                octets[2] |= DUP
            self._send(bytes(octets))

    def take(self, octets):
        kind, body = octets[1], octets[2:]
        if kind == CONNACK and self._topic_id is None:
            if body[0] == ACCEPTED:
                self._ask(message(REGISTER, struct.pack("!HH", 0, 1) + self.topic.encode()))
        elif kind == REGACK and self._topic_id is None:
            self._topic_id = struct.unpack("!H", body[:2])[0]
            self._waits = None
            self._publish_next()
        elif kind == PUBACK:
            self._acknowledge(*struct.unpack("!HHB", body))
        elif kind == DISCONNECT:
            self.disconnects += 1

    def _acknowledge(self, _, msg_id, code):
        if msg_id != self._msg_id or self._waits is None:
            return  # of an earlier copy
        if code == CONGESTION:
            self.congestions += 1  # again after REPEAT_AFTER, without the five minutes that are meant
            return
        assert code == ACCEPTED, code
        self.acknowledged.append(self._reading())
        self._waits = None
        self._publish_next()

    def _reading(self):
        return f"{self.client_id}={len(self.acknowledged)}"

    def _publish_next(self):
        if self._topic_id is None or self.is_done():
            return
        self._msg_id = self._msg_id % 0xFFFF + 1
        head = struct.pack("!BHH", QOS_1 | NORMAL, self._topic_id, self._msg_id)
        self._ask(message(PUBLISH, head + self._reading().encode()))

    def _ask(self, octets):
        self._waits = octets
        self._send(octets)

    def _send(self, octets):
        self._sent_at = time.monotonic()
        try:
            self.socket.send(octets)
        except (BlockingIOError, ConnectionRefusedError):
            pass  # lost, as datagrams are


class Flock:
    def __init__(self, gateway_port, count, clean=False, patience=PATIENCE):
        self._patience = patience
        self._selector = selectors.DefaultSelector()
        self.members = [Member(gateway_port, f"ps-{n}", f"station/{n}", clean) for n in range(count)]
        for member in self.members:
            self._selector.register(member.socket, selectors.EVENT_READ, member)

    def connect(self):
        for member in self.members:
            member.begin()
        self._run(lambda: all(member.is_done() for member in self.members))

    def publish(self, readings, until=1.0):
        """Until so many readings of each sensor are acknowledged; ends earlier when that share of all of them is."""
        for member in self.members:
            member.want(readings)
        enough = until * readings * len(self.members)
        if until == 1.0:
            self._run(lambda: all(member.is_done() for member in self.members))
        else:
            self._run(lambda: sum(len(member.acknowledged) for member in self.members) >= enough)

    def acknowledged(self):
        return {reading for member in self.members for reading in member.acknowledged}

    def _run(self, is_over):
        give_up = time.monotonic() + self._patience
        looked = time.monotonic()
        while not is_over():
            now = time.monotonic()
            assert now < give_up, "sensors wait in vain"
            for key, _ in self._selector.select(timeout=0.1):
                self._drain(key.data)
            if now - looked > REPEAT_AFTER / 10:
                looked = now
                for member in self.members:
                    member.look(now)

    @staticmethod
    def _drain(member):
        while True:
            try:
                member.take(member.socket.recv(65535))
            except (BlockingIOError, ConnectionRefusedError):
                return

    def close(self):
        self._selector.close()
        for member in self.members:
            member.socket.close()
