"""An MQTT-SN 1.2 sensor, written from the specification alone, so that it shares no mistake with the gateway."""

import socket
import struct

from mqtt_client import PATIENCE

CONNECT, CONNACK, REGISTER, REGACK, PUBLISH, PUBACK = 0x04, 0x05, 0x0A, 0x0B, 0x0C, 0x0D
PINGREQ, PINGRESP, DISCONNECT = 0x16, 0x17, 0x18
ACCEPTED = 0x00
CLEAN_SESSION, QOS_1 = 0x04, 0x20
NORMAL, PREDEFINED = 0x00, 0x01  # TopicIdType
PROTOCOL_ID = 0x01


def message(message_type, body=b""):
    """§5.2: a length of one octet, or 0x01 and two octets."""
    if len(body) + 2 < 256:
        return bytes([len(body) + 2, message_type]) + body
    return b"\x01" + struct.pack("!HB", len(body) + 4, message_type) + body


class Sensor:
    def __init__(self, gateway_port, client_id, capture=None):
        self._client_id = client_id
        self._capture = capture
        self._gateway = ("127.0.0.1", gateway_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE)
        self._port = self._socket.getsockname()[1]
        self._msg_id = 0

    def send(self, octets):
        if self._capture:
            self._capture.datagram(self._port, self._gateway[1], octets)
        self._socket.sendto(octets, self._gateway)

    def receive(self, message_type):
        """The body of the next message, which must be of this type."""
        octets, source = self._socket.recvfrom(65535)
        if self._capture:
            self._capture.datagram(source[1], self._port, octets)
        assert source == self._gateway and octets[0] == len(octets), octets
        assert octets[1] == message_type, f"message type {octets[1]:#x} instead of {message_type:#x}"
        return octets[2:]

    def connect(self, clean=True, duration=60):
        flags = CLEAN_SESSION if clean else 0
        self.send(message(CONNECT, struct.pack("!BBH", flags, PROTOCOL_ID, duration) + self._client_id.encode()))
        assert self.receive(CONNACK) == bytes([ACCEPTED])

    def register(self, topic):
        """Returns the TopicId."""
        msg_id = self._next_msg_id()
        self.send(message(REGISTER, struct.pack("!HH", 0, msg_id) + topic.encode()))
        topic_id, answered, code = struct.unpack("!HHB", self.receive(REGACK))
        assert (answered, code) == (msg_id, ACCEPTED)
        return topic_id

    def publish(self, topic_id, payload, code=ACCEPTED, topic_id_type=NORMAL):
        """QoS 1, until its PUBACK."""
        msg_id = self._next_msg_id()
        self.send(message(PUBLISH, struct.pack("!BHH", QOS_1 | topic_id_type, topic_id, msg_id) + payload))
        assert struct.unpack("!HHB", self.receive(PUBACK)) == (topic_id, msg_id, code)

    def ping(self):
        self.send(message(PINGREQ))
        assert self.receive(PINGRESP) == b""

    def disconnect(self):
        self.send(message(DISCONNECT))
        assert self.receive(DISCONNECT) == b""

    def close(self):
        self._socket.close()

    def _next_msg_id(self):
        self._msg_id += 1
        return self._msg_id
