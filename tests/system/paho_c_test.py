"""The broker with Paho's C library, in 3.1.1 and 5, over TCP and TLS: paho_c/battery.cpp. Not over WebSocket: Debian's
version 1.3.12 leaves what came with the packet that it looks at lying until the socket has something new."""

import os

import programs
from certificates import Authority
from programs import SystemTest, run

LISTENERS = {"tcp": "mqtt", "ssl": "mqtts"}  # by the scheme that the library knows


class PahoC(SystemTest):
    def test_the_battery_in_both_versions_with_and_without_tls(self):
        ca = Authority(self.directory())
        certificate, key = ca.issue_for_server()
        for scheme, listener in LISTENERS.items():
            is_secret = scheme == "ssl"
            secret = f"?cert={certificate}&key={key}" if is_secret else ""
            for protocol_version in "4", "5":
                with self.subTest(scheme=scheme, protocol_version=protocol_version):
                    broker = self.start_listener(f"{listener}://localhost:0{secret}")
                    url = f"{scheme}://localhost:{broker.port}"
                    trusted = [ca.pem] if is_secret else []
                    status, output, error = run(os.environ["PAHO_C_BATTERY"], url, protocol_version, *trusted)
                    self.assertEqual(status, 0, output + error)


if __name__ == "__main__":
    programs.main("__main__")
