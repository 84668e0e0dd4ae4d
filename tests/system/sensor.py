"""An MQTT-SN 1.2 sensor, written from the specification alone, so that it shares no mistake with the gateway."""

import select
import socket
import struct
import time

from mqtt_client import PATIENCE

CONNECT, CONNACK, REGISTER, REGACK, PUBLISH, PUBACK = 0x04, 0x05, 0x0A, 0x0B, 0x0C, 0x0D
PUBCOMP, PUBREC, PUBREL = 0x0E, 0x0F, 0x10
SUBSCRIBE, SUBACK, UNSUBSCRIBE = 0x12, 0x13, 0x14
PINGREQ, PINGRESP, DISCONNECT = 0x16, 0x17, 0x18
WILLTOPICREQ, WILLTOPIC, WILLMSGREQ, WILLMSG = 0x06, 0x07, 0x08, 0x09
WILLTOPICUPD, WILLTOPICRESP, WILLMSGUPD, WILLMSGRESP = 0x1A, 0x1B, 0x1C, 0x1D
ACCEPTED, CONGESTION = 0x00, 0x01
CLEAN_SESSION, WILL, QOS_1, QOS_2, DUP = 0x04, 0x08, 0x20, 0x40, 0x80
NORMAL, PREDEFINED = 0x00, 0x01  # TopicIdType
PROTOCOL_ID = 0x01
RETRY = 5  # seconds, Tretry: longer than any answer takes that comes at all


def message(message_type, body=b""):
    """§5.2: a length of one octet, or 0x01 and two octets."""
    if len(body) + 2 < 256:
        return bytes([len(body) + 2, message_type]) + body
    return b"\x01" + struct.pack("!HB", len(body) + 4, message_type) + body


def receive_from(gateway, own_socket):
    """Ports are used again: what another test's gateway still sends to a sensor that has gone may arrive here too."""
    while True:
        octets, source = own_socket.recvfrom(65535)
        if source == gateway:
            return octets


class Sensor:
    def __init__(self, gateway_port, client_id, capture=None):
        self._client_id = client_id
        self._capture = capture
        self._gateway = ("127.0.0.1", gateway_port)
        self._msg_id = 0
        self._topics = {}  # by TopicId, of what was subscribed to or registered by the gateway
        self._open()

    def _open(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE)
        self._port = self._socket.getsockname()[1]

    def send(self, octets):
        if self._capture:
            self._capture.datagram(self._port, self._gateway[1], octets)
        self._socket.sendto(octets, self._gateway)

    def receive(self, message_type):
        """The body of the next message, which must be of this type."""
        received, body = self.receive_any()
        assert received == message_type, f"message type {received:#x} instead of {message_type:#x}"
        return body

    def receive_any(self):
        """Type and body of the next message."""
        octets = self._receive_octets()
        assert octets[0] == len(octets), octets
        return octets[1], octets[2:]

    def _hears_within(self, seconds):
        return bool(select.select([self._socket], [], [], seconds)[0])

    def _receive_octets(self):
        octets = receive_from(self._gateway, self._socket)
        if self._capture:
            self._capture.datagram(self._gateway[1], self._port, octets)
        return octets

    def connect(self, clean=True, duration=60, will=None):
        flags = (CLEAN_SESSION if clean else 0) | (WILL if will else 0)
        self.send(message(CONNECT, struct.pack("!BBH", flags, PROTOCOL_ID, duration) + self._client_id.encode()))
        if will:
            self.receive(WILLTOPICREQ)
            self.send(message(WILLTOPIC, bytes([QOS_1]) + will[0].encode()))
            self.receive(WILLMSGREQ)
            self.send(message(WILLMSG, will[1]))
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

    def publish_qos_2(self, topic_id, payload):
        """Until its PUBCOMP, or the PUBACK that refuses it. Returns the ReturnCode."""
        msg_id = self._next_msg_id()
        self.send(message(PUBLISH, struct.pack("!BHH", QOS_2, topic_id, msg_id) + payload))
        received, body = self.receive_any()
        if received == PUBACK:
            return body[4]
        assert (received, body) == (PUBREC, struct.pack("!H", msg_id))
        self.send(message(PUBREL, body))
        assert self.receive(PUBCOMP) == body
        return ACCEPTED

    def publish_until_accepted(self, topic_id, payload):
        """QoS 1, as one message, while the gateway's connection to the broker is on its way. What was under way to a broker
        that has died is acknowledged when it comes again (§6.13)."""
        msg_id = self._next_msg_id()
        flags, code = QOS_1, CONGESTION
        give_up_at = time.monotonic() + PATIENCE
        while code == CONGESTION:
            self.send(message(PUBLISH, struct.pack("!BHH", flags, topic_id, msg_id) + payload))
            if not self._hears_within(RETRY) and time.monotonic() < give_up_at:
                flags |= DUP
                continue
            answered_topic, answered, code = struct.unpack("!HHB", self.receive(PUBACK))
            assert (answered_topic, answered) == (topic_id, msg_id)
        assert code == ACCEPTED

    def update_will(self, topic, payload):
        self.send(message(WILLTOPICUPD, bytes([QOS_1]) + topic.encode()))
        assert self.receive(WILLTOPICRESP) == bytes([ACCEPTED])
        self.send(message(WILLMSGUPD, payload))
        assert self.receive(WILLMSGRESP) == bytes([ACCEPTED])

    def subscribe(self, topic_filter, qos):
        """Returns the QoS that was granted."""
        msg_id = self._next_msg_id()
        self.send(message(SUBSCRIBE, struct.pack("!BH", qos << 5, msg_id) + topic_filter.encode()))
        flags, topic_id, answered, code = struct.unpack("!BHHB", self.receive(SUBACK))
        assert (answered, code) == (msg_id, ACCEPTED)
        if topic_id != 0:  # 0: of a filter with wildcards
            self._topics[topic_id] = topic_filter
        return flags >> 5 & 3

    def receive_publish(self):
        """Topic, QoS and payload of the next message, which is acknowledged; its topic may be registered before."""
        return self._take(*self.receive_any())

    def _take(self, message_type, body):
        if message_type == REGISTER:
            topic_id, msg_id = struct.unpack("!HH", body[:4])
            self._topics[topic_id] = body[4:].decode()
            self.send(message(REGACK, struct.pack("!HHB", topic_id, msg_id, ACCEPTED)))
            return self.receive_publish()
        assert message_type == PUBLISH, f"message type {message_type:#x}"
        flags, topic_id, msg_id = struct.unpack("!BHH", body[:5])
        qos = flags >> 5 & 3
        if qos == 1:
            self.send(message(PUBACK, struct.pack("!HHB", topic_id, msg_id, ACCEPTED)))
        elif qos == 2:
            self.send(message(PUBREC, struct.pack("!H", msg_id)))
            assert self.receive(PUBREL) == struct.pack("!H", msg_id)
            self.send(message(PUBCOMP, struct.pack("!H", msg_id)))
        return self._topics[topic_id], qos, body[5:]

    def sleep(self, duration):
        self.send(message(DISCONNECT, struct.pack("!H", duration)))
        assert self.receive(DISCONNECT) == b""

    def wake(self):
        """§6.14: everything that has waited comes before PINGRESP; then it sleeps on."""
        self.send(message(PINGREQ, self._client_id.encode()))
        waited = []
        while (received := self.receive_any()) != (PINGRESP, b""):
            waited.append(self._take(*received))
        return waited

    def ping(self):
        self.send(message(PINGREQ))
        assert self.receive(PINGRESP) == b""

    def disconnect(self):
        self.send(message(DISCONNECT))
        assert self.receive(DISCONNECT) == b""

    def move(self):
        """It speaks from another port from now on."""
        self._socket.close()
        self._open()

    def close(self):
        self._socket.close()

    def _next_msg_id(self):
        self._msg_id += 1
        return self._msg_id
