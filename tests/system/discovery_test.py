"""Sensors that look for a gateway in a multicast group, before ours."""

import socket

import programs
from gateway_rig import GatewayTest
from mqtt_client import PATIENCE
from programs import free_port, run

GROUP = "239.255.77.3"
ADVERTISE, SEARCHGW, GWINFO, CONNECT = 0x00, 0x01, 0x02, 0x04


class Group:
    """Hears what is said in the group, and speaks in it, by the loopback interface."""

    def __init__(self, port):
        self._port = port
        self.ears = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ears.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.ears.bind((GROUP, port))
        membership = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
        self.ears.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        self.ears.settimeout(PATIENCE)
        self.mouth = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        self.mouth.bind(("127.0.0.1", 0))

    def say(self, octets):
        self.mouth.sendto(octets, (GROUP, self._port))

    def hear_from_the_gateway(self):
        """The next message that is not our own, with its sender."""
        while True:
            octets, sender = self.ears.recvfrom(2048)
            if sender != self.mouth.getsockname():
                return octets, sender

    def close(self):
        self.ears.close()
        self.mouth.close()


class Discovery(GatewayTest):
    def group(self, port):
        group = Group(port)
        self.addCleanup(group.close)
        return group

    def test_a_sensor_finds_the_gateway_and_connects_to_where_it_was_heard(self):
        broker = self.start_broker()
        port = free_port()
        group = self.group(port)
        options = ["--discovery", f"udp://{GROUP}:{port}", "--advertise-interval", "60", "--gateway-id", "7"]
        gateway = self.start_gateway(broker.port, *options)
        where = ("127.0.0.1", gateway.port)
        self.assertEqual(group.hear_from_the_gateway(), (bytes([5, ADVERTISE, 7, 0, 60]), where))
        group.say(bytes([3, SEARCHGW, 1]))
        self.assertEqual(group.hear_from_the_gateway(), (bytes([3, GWINFO, 7]), where))
        sensor = self.start_sensor(gateway, "ps-117")
        sensor.connect()
        sensor.disconnect()

    def test_a_connect_to_the_group_has_no_effect(self):
        broker = self.start_broker()
        port = free_port()
        group = self.group(port)
        gateway = self.start_gateway(broker.port, "--discovery", f"udp://{GROUP}:{port}")
        group.hear_from_the_gateway()
        group.say(bytes([8, CONNECT, 0x04, 1, 0, 60]) + b"ps")
        group.say(bytes([3, SEARCHGW, 1]))
        self.assertEqual(group.hear_from_the_gateway()[0], bytes([3, GWINFO, 1]))
        self.assertEqual(gateway.stop(), 0)
        self.assertFalse([line for line in gateway.lines if "sensor.connected" in line])

    def test_what_is_no_group_is_refused(self):
        for url in "udp://127.0.0.1:1883", "udp://239.1.1.1:0", "udp://somewhere:1883", "mqtt://239.1.1.1:1883":
            status, _, error = run("trunkline-gateway", "--discovery", url, "--check-config")
            self.assertEqual(status, 2)
            self.assertIn("--discovery: a multicast address and a port are wanted, as in udp://239.1.1.1:1883", error)


if __name__ == "__main__":
    programs.main("__main__")
