"""Sensors that look for a gateway in a multicast group, before ours.

Loopback carries no groups of IPv6. For these the test runs itself again in a network namespace, with the sensor in another one
at the end of a cable; where the kernel gives none, that part is skipped."""

import os
import re
import socket
import struct
import subprocess
import sys
import unittest

import programs
from gateway_rig import GatewayTest
from namespaces import FarEnd, can_join_two, in_namespace
from mqtt_client import PATIENCE
from programs import free_port, program, run

GROUP = "239.255.77.3"
ADVERTISE, SEARCHGW, GWINFO, CONNECT, CONNACK = 0x00, 0x01, 0x02, 0x04, 0x05
V6_GROUP = "ff02::5e:77"
GATEWAY, SENSOR = "fd00:77::1", "fd00:77::2"
INSIDE = "TRUNKLINE_DISCOVERY_INSIDE"  # set for the part that runs in the namespace


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


class V6Group(Group):
    """The same at the far end of a cable."""

    def __init__(self, port):
        self._port = port
        cable = socket.if_nametoindex("far")
        self.ears = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.ears.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.ears.bind(("::", port))
        membership = socket.inet_pton(socket.AF_INET6, V6_GROUP) + struct.pack("@I", cable)
        self.ears.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        self.ears.settimeout(PATIENCE)
        self.mouth = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.mouth.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, cable)
        self.mouth.bind((SENSOR, 0))
        self.mouth.settimeout(PATIENCE)

    def say(self, octets):
        self.mouth.sendto(octets, (V6_GROUP, self._port))


@unittest.skipUnless(INSIDE in os.environ, "runs in a namespace, from the test below")
class DiscoveryByV6(GatewayTest):
    """As root of a network namespace. The gateway is at the near end of the cable, with its broker; sensors are at the far one."""

    @classmethod
    def setUpClass(cls):
        cls.cable = FarEnd(GATEWAY, SENSOR)
        cls.addClassCleanup(cls.cable.close)

    def test_a_sensor_finds_the_gateway_and_connects_to_where_it_was_heard(self):
        port = 1885  # the namespace is our own
        with self.cable.there():
            group = V6Group(port)
        self.addCleanup(group.close)
        broker = self.start_broker()
        gateway = self.start("trunkline-gateway", "--listen", f"udp://[{GATEWAY}]:0", "--broker",
                             f"mqtt://127.0.0.1:{broker.port}", "--discovery", f"udp://[{V6_GROUP}]:{port}",
                             "--advertise-interval", "60", "--gateway-id", "7")
        unicast = int(re.search(r"\]:(\d+)", gateway.wait_for(" ready ")).group(1))
        octets, sender = group.hear_from_the_gateway()
        self.assertEqual((octets, sender[:2]), (bytes([5, ADVERTISE, 7, 0, 60]), (GATEWAY, unicast)))
        group.say(bytes([3, SEARCHGW, 1]))
        octets, sender = group.hear_from_the_gateway()
        self.assertEqual((octets, sender[:2]), (bytes([3, GWINFO, 7]), (GATEWAY, unicast)))
        group.mouth.sendto(bytes([8, CONNECT, 0x04, 1, 0, 60]) + b"ps", sender)
        octets, sender = group.mouth.recvfrom(2048)
        self.assertEqual((octets, sender[:2]), (bytes([3, CONNACK, 0]), (GATEWAY, unicast)))
        self.assertEqual(gateway.stop(), 0)


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

    def test_by_a_group_of_ipv6_too(self):
        if not can_join_two():
            self.skipTest("the kernel gives no network namespace with a cable (veth) to another one")
        here = os.path.dirname(program("trunkline-gateway"))
        command = in_namespace(sys.executable, __file__, "--programs", here, "DiscoveryByV6")
        done = subprocess.run(command, capture_output=True, text=True, timeout=4 * PATIENCE, env={**os.environ, INSIDE: "1"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_is_no_group_is_refused(self):
        for url in "udp://127.0.0.1:1883", "udp://239.1.1.1:0", "udp://somewhere:1883", "mqtt://239.1.1.1:1883":
            status, _, error = run("trunkline-gateway", "--discovery", url, "--check-config")
            self.assertEqual(status, 2)
            self.assertIn("--discovery: a multicast address and a port are wanted, as in udp://239.1.1.1:1883", error)


if __name__ == "__main__":
    programs.main("__main__")
