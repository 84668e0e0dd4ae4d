"""The broker with MQTT.js 5, in 3.1.1 and 5: mqttjs/battery.js."""

import os

import programs
from programs import SystemTest, run

BATTERY = os.path.join(os.path.dirname(__file__), "mqttjs", "battery.js")


class MqttJs(SystemTest):
    def test_the_battery_in_both_versions(self):
        for protocol_version in "4", "5":
            with self.subTest(protocol_version=protocol_version):
                broker = self.start_broker()
                status, output, error = run("node", BATTERY, str(broker.port), protocol_version)
                self.assertEqual(status, 0, output + error)


if __name__ == "__main__":
    programs.main("__main__")
