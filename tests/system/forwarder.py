"""An MQTT-SN 1.2 forwarder (§5.5) and the sensors behind it, written from the specification alone."""

import collections
import socket

from mqtt_client import PATIENCE
from sensor import Sensor, receive_from

ENCAPSULATED = 0xFE


def encapsulate(node, octets):
    """Length counts up to the end of the Wireless Node Id."""
    return bytes([3 + len(node), ENCAPSULATED, 0]) + node + octets


class Forwarder:
    """One socket for many nodes."""

    def __init__(self, gateway_port, capture=None):
        self._gateway = ("127.0.0.1", gateway_port)
        self._capture = capture
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE)
        self._port = self._socket.getsockname()[1]
        self._arrived = collections.defaultdict(collections.deque)  # by node

    def send(self, node, octets):
        datagram = encapsulate(node, octets)
        if self._capture:
            self._capture.datagram(self._port, self._gateway[1], datagram)
        self._socket.sendto(datagram, self._gateway)

    def receive(self, node):
        """The next message for this node; what comes for others waits for them."""
        while not self._arrived[node]:
            datagram = receive_from(self._gateway, self._socket)
            if self._capture:
                self._capture.datagram(self._gateway[1], self._port, datagram)
            assert datagram[1:3] == bytes([ENCAPSULATED, 0]), datagram
            self._arrived[datagram[3 : datagram[0]]].append(datagram[datagram[0] :])
        return self._arrived[node].popleft()

    def has_heard_nothing(self):
        self._socket.setblocking(False)
        try:
            return not receive_from(self._gateway, self._socket)
        except BlockingIOError:
            return True

    def close(self):
        self._socket.close()


class ForwardedSensor(Sensor):
    def __init__(self, forwarder, node, client_id):
        self._forwarder = forwarder
        self.node = node
        super().__init__(0, client_id)

    def send(self, octets):
        self._forwarder.send(self.node, octets)

    def _hears_within(self, seconds):
        return True  # what is sent once is answered

    def _receive_octets(self):
        return self._forwarder.receive(self.node)

    def _open(self):
        pass  # the forwarder's socket is its own

    def close(self):
        pass
