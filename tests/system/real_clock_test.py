"""trunkline-sim over real sockets: 300 sensors and twenty RTUs, with programs of its own and with those of others.

What is checked are counts and verdicts: on a slow machine a run is late, not wrong. Only medians of what the links delay by
hundreds of milliseconds are compared with the virtual clock's."""

import concurrent.futures
import json
import math
import os
import unittest

import programs
from mqtt_client import PATIENCE
from programs import SystemTest, run

SCENARIO = os.path.join(os.path.dirname(__file__), "..", "..", "scenarios", "real", "bad-minute.json")
BOTH = os.path.join(os.path.dirname(__file__), "..", "..", "scenarios", "real", "both-clocks.json")
SESSIONS = os.path.join(os.path.dirname(__file__), "..", "..", "scenarios", "sessions")
# The scenarios about new addresses, in 24 seconds instead of an hour.
NEW_ADDRESSES = ["run=18s", "drain=6s", "asleep=5s", "sample=8s", "commands=2s", "retry=500ms", "back=200ms", "most=500ms",
                 "first=5s", "second=9s", "third=13s"]
SHORT = ["--duration", "8s", "--set", "phases.warmup=1s", "--set", "phases.drain=4s", "--quiet"]
LENGTH = 13  # seconds


def scenario_with(faults, **others):
    """Six sensors behind a gateway and two RTUs, who lose nothing that was acknowledged, whatever happens to them."""
    link = {"delay": "5ms"}
    device = {"at": "station:*", "signal": "p", "sample": "500ms", "store": {"messages": 100},
              "session": {"clean": False, "keepalive": "5s"}, "reconnect": {"backoff": ["200ms", "1s"]}}
    return {
        "trunkline": 1, "name": "faults", "clock": {"mode": "real"}, "phases": {"run": "9s", "drain": "5s"},
        "links": {"radio": link, "line": link},
        "stations": [{"id": "PS-{n}", "repeat": {"n": [1, 2]}, "field": "radio", "uplink": "line"}],
        "gateways": [{"id": "gw", "serves": "station:*", "broker_link": "line"}],
        "signals": {"p": {"model": "ou", "mean": 60, "sigma": 1}},
        "sensors": [{"id": "PT", "count": 3, "protocol": "mqtt-sn", "topic": "l/{station}/{n}",
                     "retry": {"t": "1s", "n": 5}, **device},
                    {"id": "FQ", "protocol": "mqtt", "topic": "f/{station}", **device}],
        "actors": [{"id": "scada", "protocol": "mqtt5", "link": "line", "session": {"clean": False, "expiry": "1h"},
                    "subscribe": [{"filter": "l/#"}, {"filter": "f/#"}]}],
        "faults": [{"id": f"F{number}", **fault} for number, fault in enumerate(faults)], **others}


# Every kind that the long scenario above has not.
NEWER = [
    {"at": "500ms", "for": "2s", "do": "flap", "on": "link:PS-1.uplink", "up": "400ms", "down": "200ms"},
    {"at": "500ms", "for": "3s", "do": "flap", "on": "station:PS-2", "up": "500ms", "down": "300ms"},
    {"at": "1s", "for": "3s", "do": "swizzle", "on": "gateway:*"},
    {"at": "3s", "for": "2s", "do": "link", "on": "link:PS-*.uplink", "set": {"loss": {"model": "bernoulli", "p": 0.3}}},
    {"at": "4s", "do": "connect-storm", "on": "sensor:*", "within": "500ms"},
    {"at": "5s", "for": "1s", "do": "surge", "on": "sensor:PT@*", "factor": 4},
    {"at": "6s", "for": "1s", "do": "pause", "on": "gateway:gw"},
    {"at": "7500ms", "for": "1s", "do": "pause", "on": "broker"},
]
HAPPENED = ["link.flapped", "gateway.paused", "broker.paused", "sensor.lost"]

# What a real run cannot do, and the word of the line that says so.
REFUSED = {
    "throwing clients out": {"at": "1s", "do": "kick", "on": "actor:scada"},
    "not filled": {"at": "1s", "for": "1s", "do": "disk-full", "on": "broker"},
    "this machine's clock": {"at": "1s", "for": "1s", "do": "skew", "on": "sensor:*", "by": "1s"},
    '"silent" is wanted': {"at": "1s", "do": "disconnect", "on": "sensor:FQ@*", "how": "clean"},
    "cut both ways": {"at": "1s", "for": "1s", "do": "partition", "between": ["gateway:gw", "broker"], "direction": "up"},
}


class RealClock(SystemTest):
    def write(self, scenario):
        path = os.path.join(self.directory(), "faults.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        return path

    def simulate(self, *arguments):
        """Runs the scenario for some seconds. Returns its report and its run.json, once it has passed."""
        folder = self.directory()
        status, output, error = run("trunkline-sim", "run", SCENARIO, *SHORT, "--report", folder, *arguments,
                                    patience=LENGTH + 4 * PATIENCE)
        self.assertEqual((status, error), (0, ""), output)
        files = []
        for name in "report.json", "run.json":
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                files.append(json.load(file))
        return files

    def report_of(self, scenario, *arguments):
        folder = self.directory()
        status, output, error = run("trunkline-sim", "run", scenario, "--quiet", "--report", folder, *arguments,
                                    patience=LENGTH + 4 * PATIENCE)
        self.assertEqual((status, error), (0, ""), output)
        with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
            return json.load(file)

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

    def test_ways_that_flap_storms_floods_and_programs_that_stand_still(self):
        arrive = {"id": "arrive", "kind": "delivery", "of": "sensor:*", "to": "actor:scada", "lost": 0, "unexpected": 0}
        path = self.write(scenario_with(NEWER, expect=[arrive, {"id": "happened", "kind": "always", "event": HAPPENED}]))
        folder = self.directory()
        status, output, error = run("trunkline-sim", "run", path, "--report", folder, patience=14 + 4 * PATIENCE)
        self.assertEqual(status, 0, output + error)
        with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual(report["violations"]["count"], 0)
        readings = 9 * 2  # of a device that reports twice a second
        self.assertGreater(report["sensors"]["offered"], 8 * (readings - 1) + 6 * 4)  # the surge's besides
        self.assertGreater(report["counters"]["segments_lost"], 0)

    def test_what_a_real_run_cannot_do_is_refused_by_name_before_anything_starts(self):
        for reason, fault in REFUSED.items():
            with self.subTest(fault["do"]):
                folder = self.directory()
                status, output, error = run("trunkline-sim", "run", self.write(scenario_with([fault])), "--report", folder)
                self.assertEqual((status, output), (2, ""))
                self.assertIn('fault "F0": ', error)
                self.assertIn(reason, error)
                self.assertEqual((error.count("\n"), os.listdir(folder)), (1, []))
        for key, value in (("accept_per_s", 10), ("set", {"receive_maximum": 5})):
            status, output, error = run("trunkline-sim", "run", self.write(scenario_with([], broker={key: value})))
            self.assertEqual((status, output), (2, ""))
            self.assertIn(f"/broker/{key}: not available with --clock real", error)

    def test_both_clocks_agree_on_what_the_links_do(self):
        """Equal links: delivered shares within what chance allows two runs, median latencies within a tenth."""
        virtual, real = (self.report_of(BOTH, "--clock", clock) for clock in ("virtual", "real"))
        for row, other in zip(virtual["ledger"], real["ledger"]):
            self.assertEqual((row["group"], row["actor"]), (other["group"], other["actor"]))
            shares = [each["delivered"] / each["offered"] for each in (row, other)]
            mean = sum(shares) / 2
            each_counts = 1 / row["offered"] + 1 / other["offered"]
            # 99.9 % of the differences of two such shares; the last term is for shares near 1 (Wilson).
            margin = 3.29 * math.sqrt(mean * (1 - mean) * each_counts) + 3.29 ** 2 * each_counts / 2
            self.assertLessEqual(abs(shares[0] - shares[1]), margin, row["group"])
        for actor, other in zip(virtual["actors"], real["actors"]):
            for latency in "latency_from_due", "latency_from_sent":
                expected, measured = actor[latency]["p50_ms"], other[latency]["p50_ms"]
                self.assertLess(abs(measured / expected - 1), 0.1, (actor["id"], latency, expected, measured))

    def test_sensors_whose_address_changes_go_on_where_they_are_trusted_and_connect_again_elsewhere(self):
        """MQTT-SN 1.2 §6.14-15: G16: sleepers with new sockets and new hosts, under the real clock"""
        short = [word for value in NEW_ADDRESSES for word in ("--set", value)]

        def report(name, *arguments):
            return self.report_of(os.path.join(SESSIONS, name), "--clock", "real", *short, *arguments)

        with concurrent.futures.ThreadPoolExecutor() as both:
            trusted = both.submit(report, "new-address.json")
            untrusted = both.submit(report, "new-address-untrusted.json", "--set", "report=500ms", "--set", "healed=10s")
        for each in trusted.result(), untrusted.result():
            self.assertEqual(each["violations"]["count"], 0)
            self.assertGreater(each["counters"]["datagrams_lost"], 0)  # what was under way, and went to the old address

    def test_a_network_to_trust_cannot_be_told_to_a_gateway_by_address(self):
        status, output, error = run("trunkline-sim", "run", os.path.join(SESSIONS, "new-address.json"), "--clock", "real",
                                    "--broker", "mqtt://127.0.0.1:1", "--gateway", "udp://127.0.0.1:2")
        self.assertEqual((status, output), (2, ""))
        self.assertIn('"trusted_network" of gateway "gw-1" is not available with --gateway', error)

    def test_what_is_not_ours_is_not_restarted(self):
        status, output, error = run("trunkline-sim", "run", SCENARIO, "--report", self.directory(),
                                    "--broker", "mqtt://127.0.0.1:1")
        self.assertEqual((status, output), (2, ""))
        self.assertEqual(error.count("\n"), 1, error)
        self.assertIn('fault "F5-broker": the broker at --broker is not ours to restart', error)


if __name__ == "__main__":
    programs.main("__main__")
