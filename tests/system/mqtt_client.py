"""The few packets of MQTT 3.1.1 that the tests need to see on the wire, octet by octet."""

import socket
import struct

PATIENCE = 15  # seconds: for a broken build only, nothing here waits for time to pass


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


def publish_qos_1(topic, packet_id, payload):
    return packet(0x32, string(topic) + struct.pack("!H", packet_id) + payload)


def subscribe(packet_id, topic_filter, qos):
    return packet(0x82, struct.pack("!H", packet_id) + string(topic_filter) + bytes([qos]))


class MqttClient:
    """A socket that reads whole packets. Reading gives None when the peer has closed the connection."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

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
        octets = b""
        while len(octets) < size:
            try:
                more = self._socket.recv(size - len(octets))
            except ConnectionError:
                return None
            if not more:
                return None
            octets += more
        return octets

    def open(self, client_id, clean):
        """CONNECT. Returns session present."""
        self.send(connect(client_id, clean))
        first, body = self.read()
        assert first == 0x20 and body[1] == 0, f"CONNACK {body!r}"
        return body[0] == 1

    def close(self):
        self._socket.close()
