"""What the tests of the gateway share."""

from programs import SystemTest, run
from sensor import Sensor


class GatewayTest(SystemTest):
    def start_sensor(self, gateway, client_id, capture=None):
        sensor = Sensor(gateway.port, client_id, capture)
        self.addCleanup(sensor.close)
        return sensor

    def assert_no_malformed_frame(self, path, port, at_least):
        """tshark understands every datagram of the capture, of which there are so many."""
        fields = ["-T", "fields", "-e", "mqttsn.msg.type", "-e", "_ws.malformed"]
        status, output, error = run("tshark", "-r", path, "-d", f"udp.port=={port},mqttsn", *fields)
        self.assertEqual(status, 0, error)
        lines = output.splitlines()
        self.assertGreaterEqual(len(lines), at_least)
        for line in lines:
            self.assertRegex(line, r"^\S+\t$", "not MQTT-SN, or malformed")
