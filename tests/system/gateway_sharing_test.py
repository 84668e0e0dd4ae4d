"""What sensors see does not depend on the mode: the same stories with sensors that share connections to the broker."""

import time

import gateway_crash_test
import gateway_sensors_test
import programs
from mqtt_client import PATIENCE


class Sharing:
    """Stands before the class whose stories these are."""

    def start_gateway_to(self, brokers, *arguments, port=0):
        mode = "--mode", "aggregating", "--upstream-connections", "2"
        return super().start_gateway_to(brokers, *arguments, *mode, port=port)


class SensorsThatShare(Sharing, gateway_sensors_test.Sensors):
    """MQTT-SN 1.2 §4.2-1: G1: one conformance suite passes in both modes"""

    def all_that_waits(self, sensor, count):
        """What waits is here, or on its way from the broker, which holds nothing back for this sensor."""
        waited = []
        given_up_at = time.monotonic() + PATIENCE
        while len(waited) < count and time.monotonic() < given_up_at:
            waited += sensor.wake()
        return waited


class SharedGatewayCrash(Sharing, gateway_crash_test.GatewayCrash):
    """MQTT-SN 1.2 §4.2-1: G14: the same over kill -9, where what waits for sleepers is the gateway's own"""

    def without_copies(self, messages):
        """QoS 1: one that was on the disk when the gateway was killed, and not acknowledged yet, comes again."""
        return list(dict.fromkeys(messages))


if __name__ == "__main__":
    programs.main("__main__")
