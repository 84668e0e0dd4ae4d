"""trunkline-sim over real sockets: 300 sensors and twenty RTUs, with programs of its own and with those of others.

What is checked are counts and verdicts, never times: on a slow machine a run is late, not wrong."""

import json
import os
import unittest

import programs
from mqtt_client import PATIENCE
from programs import SystemTest, run

SCENARIO = os.path.join(os.path.dirname(__file__), "..", "..", "scenarios", "real", "bad-minute.json")
SHORT = ["--duration", "8s", "--set", "phases.warmup=1s", "--set", "phases.drain=4s", "--quiet"]
LENGTH = 13  # seconds


class RealClock(SystemTest):
    def simulate(self, *arguments):
        """Runs the scenario for some seconds. Returns its report and its run.json, once it has passed."""
        folder = self.directory()
        status, _, error = run("trunkline-sim", "run", SCENARIO, *SHORT, "--report", folder, *arguments,
                               patience=LENGTH + 4 * PATIENCE)
        self.assertEqual((status, error), (0, ""))
        files = []
        for name in "report.json", "run.json":
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                files.append(json.load(file))
        return files

    def assert_everybody_took_part(self, report):
        self.assertTrue(report["passed"])
        self.assertEqual(report["scenario"]["sensors"], 320)
        self.assertEqual(report["violations"]["count"], 0)
        delivered = {row["group"]: row["delivered"] for row in report["ledger"] if row["actor"] == "scada"}
        for group in "PT", "CP", "FQ", "MOV":
            self.assertGreater(delivered[group], 0, group)
        self.assertGreater(report["counters"]["datagrams_lost"], 0)  # the links are bad
        self.assertEqual(report["counters"]["datagrams_refused"], 0)

    def test_with_programs_of_its_own_a_short_run_names_what_it_has_no_time_for(self):
        report, facts = self.simulate()
        self.assert_everybody_took_part(report)
        self.assertIn("F5-broker", report["scenario"]["left_out"]["faults"])
        self.assertIn("it-happened", report["scenario"]["left_out"]["expectations"])
        names = [program["name"] for program in facts["programs"]]
        self.assertEqual(names, ["trunkline-sim", "trunkline-broker", "trunkline-gateway", "trunkline-gateway"])

    def test_with_mosquitto_as_the_broker(self):
        broker = self.start_mosquitto()
        report, facts = self.simulate("--broker", f"mqtt://127.0.0.1:{broker.port}")
        self.assert_everybody_took_part(report)
        self.assertNotIn("trunkline-broker", [program["name"] for program in facts["programs"]])

    def test_with_broker_and_gateway_by_address(self):
        broker = self.start_broker()
        gateway = self.start_gateway(broker.port)
        report, facts = self.simulate("--broker", f"mqtt://127.0.0.1:{broker.port}",
                                      "--gateway", f"udp://127.0.0.1:{gateway.port}")
        self.assert_everybody_took_part(report)
        self.assertEqual([program["name"] for program in facts["programs"]], ["trunkline-sim"])

    def test_what_is_not_ours_is_not_restarted(self):
        status, output, error = run("trunkline-sim", "run", SCENARIO, "--report", self.directory(),
                                    "--broker", "mqtt://127.0.0.1:1")
        self.assertEqual((status, output), (2, ""))
        self.assertEqual(error.count("\n"), 1, error)
        self.assertIn('fault "F5-broker": the broker at --broker is not ours to restart', error)


if __name__ == "__main__":
    programs.main("__main__")
