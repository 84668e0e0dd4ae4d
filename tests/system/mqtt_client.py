"""The few packets of MQTT 3.1.1 that the tests need to see on the wire, octet by octet."""

import socket
import struct

PATIENCE = 15  # seconds: for a broken build only, nothing here waits for time to pass

CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK = 0x20, 0x30, 0x40, 0x50, 0x62, 0x70, 0x90  # first octets
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


def publish(topic, qos, packet_id, payload, flags=0):
    """QoS 1 or 2; the flags are DUP and RETAIN."""
    return packet(PUBLISH | qos << 1 | flags, string(topic) + struct.pack("!H", packet_id) + payload)


def acknowledgement(first_octet, packet_id):
    """PUBACK, PUBREC, PUBREL or PUBCOMP."""
    return packet(first_octet, struct.pack("!H", packet_id))


def subscribe(packet_id, topic_filter, qos):
    return packet(0x82, struct.pack("!H", packet_id) + string(topic_filter) + bytes([qos]))


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

    def close(self):
        self._input.close()
        self._socket.close()
