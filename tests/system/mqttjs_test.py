"""The broker with MQTT.js 5, in 3.1.1 and 5, over TCP, TLS and WebSocket with and without TLS: mqttjs/battery.js."""

import os

import programs
from certificates import Authority
from programs import SystemTest, run

BATTERY = os.path.join(os.path.dirname(__file__), "mqttjs", "battery.js")


class MqttJs(SystemTest):
    def test_the_battery_in_both_versions_over_every_transport(self):
        folder = self.directory()
        ca = Authority(folder)
        certificate, key = ca.issue_for_server()
        for url in "mqtt://localhost", "mqtts://localhost", "ws://localhost/mqtt", "wss://localhost/telemetry":
            for protocol_version in "4", "5":
                with self.subTest(url=url, protocol_version=protocol_version):
                    broker = self.start_broker_at(url, certificate, key)
                    status, output, error = run("node", BATTERY, broker.url, protocol_version, ca.pem)
                    self.assertEqual(status, 0, output + error)

    def start_broker_at(self, url, certificate, key):
        """A broker of its own: the battery uses fixed client ids."""
        secret = f"?cert={certificate}&key={key}" if url.split(":")[0] in ("mqtts", "wss") else ""
        return self.start_listener(url.replace("localhost", "localhost:0") + secret)


if __name__ == "__main__":
    programs.main("__main__")
