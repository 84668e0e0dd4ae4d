"""The few packets of MQTT 3.1.1 and 5.0 that the tests need to see on the wire, octet by octet."""

import socket
import struct
from dataclasses import dataclass

PATIENCE = 15  # seconds: for a broken build only, nothing here waits for time to pass

CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 0x20, 0x30, 0x40, 0x50, 0x62, 0x70  # first octets
SUBACK, UNSUBACK = 0x90, 0xB0
PINGREQ, PINGRESP, DISCONNECT = b"\xc0\x00", b"\xd0\x00", b"\xe0\x00"
DUP, RETAIN = 0x08, 0x01


def remaining_length(size):
    octets = bytearray()
    while True:
        size, digit = divmod(size, 128)
        octets.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(octets)


def string(text):
    return struct.pack("!H", len(text.encode())) + text.encode()


def packet(first_octet, body):
    return bytes([first_octet]) + remaining_length(len(body)) + body


def connect(client_id, clean, keep_alive=60):
    flags = 0x02 if clean else 0x00
    return packet(0x10, string("MQTT") + struct.pack("!BBH", 4, flags, keep_alive) + string(client_id))


def connect5(client_id, session_expiry, keep_alive=60):
    """MQTT 5, to a session that was there before or a new one."""
    properties = b"\x11" + struct.pack("!I", session_expiry)
    head = string("MQTT") + struct.pack("!BBH", 5, 0x00, keep_alive)
    return packet(0x10, head + remaining_length(len(properties)) + properties + string(client_id))


def publish5(topic, packet_id, payload, message_expiry):
    """QoS 1."""
    properties = b"\x02" + struct.pack("!I", message_expiry)
    head = string(topic) + struct.pack("!H", packet_id) + remaining_length(len(properties)) + properties
    return packet(PUBLISH | 1 << 1, head + payload)


def publish(topic, qos, packet_id, payload, flags=0):
    """QoS 1 or 2; the flags are DUP and RETAIN."""
    return packet(PUBLISH | qos << 1 | flags, string(topic) + struct.pack("!H", packet_id) + payload)


def acknowledgement(first_octet, packet_id):
    """PUBACK, PUBREC, PUBREL or PUBCOMP."""
    return packet(first_octet, struct.pack("!H", packet_id))


def subscribe(packet_id, topic_filter, qos):
    return packet(0x82, struct.pack("!H", packet_id) + string(topic_filter) + bytes([qos]))


def subscribe5(packet_id, topic_filter, qos):
    return packet(0x82, struct.pack("!H", packet_id) + b"\x00" + string(topic_filter) + bytes([qos]))


def unsubscribe(packet_id, topic_filter):
    return packet(0xA2, struct.pack("!H", packet_id) + string(topic_filter))


@dataclass(frozen=True)
class Message:
    """What a PUBLISH of QoS 1 or 2 brings."""

    topic: str
    packet_id: int
    payload: bytes
    expiry: int | None = None  # seconds left; only looked for where it is the only property


def read_message(first_octet, body, version):
    qos, packet_id, payload = read_publish(first_octet, body)
    assert qos != 0
    topic = body[2 : 2 + int.from_bytes(body[:2], "big")].decode()
    if version < 5:
        return Message(topic, packet_id, payload)
    properties, payload = payload[1 : 1 + payload[0]], payload[1 + payload[0] :]
    expiry = int.from_bytes(properties[1:], "big") if properties[:1] == b"\x02" else None
    return Message(topic, packet_id, payload, expiry)


def read_publish(first_octet, body):
    """QoS, packet identifier (0 for QoS 0) and payload of a PUBLISH."""
    qos = first_octet >> 1 & 3
    at = 2 + int.from_bytes(body[:2], "big")
    if qos == 0:
        return qos, 0, body[at:]
    return qos, int.from_bytes(body[at : at + 2], "big"), body[at + 2 :]


class MqttClient:
    """A socket that reads whole packets. Reading gives None when the peer has closed the connection."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._input = self._socket.makefile("rb")

    def send(self, octets):
        self._socket.sendall(octets)

    def read(self):
        """First octet and body of the next packet, or None at the end of the connection."""
        first = self._read_octets(1)
        if first is None:
            return None
        size, shift = 0, 0
        while True:
            digit = self._read_octets(1)
            if digit is None:
                return None
            size |= (digit[0] & 0x7F) << shift
            shift += 7
            if not digit[0] & 0x80:
                break
        body = self._read_octets(size)
        return None if body is None else (first[0], body)

    def _read_octets(self, size):
        try:
            octets = self._input.read(size)
        except ConnectionError:
            return None
        return octets if len(octets) == size else None

    def open(self, client_id, clean):
        """CONNECT. Returns session present."""
        self.send(connect(client_id, clean))
        first, body = self.read()
        assert first == CONNACK and body[1] == 0, f"CONNACK {body!r}"
        return body[0] == 1

    def open5(self, client_id, session_expiry):
        """CONNECT of MQTT 5. Returns session present."""
        self.send(connect5(client_id, session_expiry))
        first, body = self.read()
        assert first == CONNACK and body[1] == 0, f"CONNACK {body!r}"
        return body[0] == 1

    def close(self):
        self._input.close()
        self._socket.close()
