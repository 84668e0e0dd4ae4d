"""The broker with Paho's C library, in 3.1.1 and 5: paho_c/battery.cpp."""

import os

import programs
from programs import SystemTest, run


class PahoC(SystemTest):
    def test_the_battery_in_both_versions(self):
        for protocol_version in "4", "5":
            with self.subTest(protocol_version=protocol_version):
                broker = self.start_broker()
                status, output, error = run(os.environ["PAHO_C_BATTERY"], str(broker.port), protocol_version)
                self.assertEqual(status, 0, output + error)


if __name__ == "__main__":
    programs.main("__main__")
