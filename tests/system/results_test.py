"""What trunkline-sim leaves behind, read by others: captures by tshark, lines of a shell by a shell, brokers side by side."""

import json
import os
import shlex
import time
import unittest

import programs
from mqtt_client import PATIENCE
from programs import SystemTest, run

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
FIRST = os.path.join(ROOT, "scenarios", "smoke", "first-reading.json")
AFTERNOON = os.path.join(ROOT, "scenarios", "compare", "bad-afternoon.json")
MINUTE = os.path.join(ROOT, "scenarios", "real", "bad-minute.json")
BROKEN = ("_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0"
          " || tcp.analysis.lost_segment")
MQTTSN = {"CONNECT": 0x04, "PUBLISH": 0x0C, "PUBACK": 0x0D}


class Results(SystemTest):
    def run_for_real(self, *arguments):
        folder = self.directory()
        status, _, error = run("trunkline-sim", "run", MINUTE, "--pcap", "--quiet", "--report", folder,
                               "--duration", "4s", "--set", "phases.warmup=1s", "--set", "phases.drain=3s", *arguments,
                               patience=8 + 4 * PATIENCE)
        self.assertEqual(status, 0, error)
        return folder

    def run_first_reading(self, *arguments):
        folder = self.directory()
        status, _, error = run("trunkline-sim", "run", FIRST, "--pcap", "--quiet", "--report", folder, *arguments,
                               patience=2 * PATIENCE)
        self.assertEqual((status, error), (0, ""))
        return folder

    def read(self, folder, name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    def tshark(self, folder, *arguments):
        """The lines that tshark prints of the capture."""
        checks = [word for protocol in ("ip", "udp", "tcp") for word in ("-o", f"{protocol}.check_checksum:TRUE")]
        status, output, error = run("tshark", "-r", os.path.join(folder, "capture.pcapng"), *checks,
                                    "-d", "udp.port==1884,mqttsn", *arguments, patience=2 * PATIENCE)
        self.assertEqual(status, 0, error)
        return output.splitlines()

    def types(self, folder, protocol, selected):
        """How often each message type stands in frames that are selected."""
        counts = {}
        for line in self.tshark(folder, "-Y", selected, "-T", "fields", "-e", protocol):
            for kind in line.split(","):
                counts[int(kind, 0)] = counts.get(int(kind, 0), 0) + 1
        return counts

    def test_tshark_reads_a_capture_as_the_report_counts_it(self):
        folder = self.run_first_reading()
        report = json.loads(self.read(folder, "report.json"))
        counters = report["counters"]
        self.assertEqual(self.tshark(folder, "-Y", BROKEN), [])
        sent = self.types(folder, "mqttsn.msg.type", "mqttsn && ip.src == 10.0.0.0/8")
        answered = self.types(folder, "mqttsn.msg.type", "mqttsn && ip.dst == 10.0.0.0/8")
        self.assertEqual(sum(sent.values()) + sum(answered.values()), counters["datagrams"])
        self.assertEqual(sent[MQTTSN["PUBLISH"]], report["sensors"]["transmissions"])
        self.assertGreaterEqual(sent[MQTTSN["CONNECT"]], report["sensors"]["connects"])
        self.assertGreaterEqual(answered[MQTTSN["PUBACK"]], report["sensors"]["acknowledged"])
        lost = self.tshark(folder, "-Y", 'frame.comment contains "lost: "')
        self.assertEqual(len(lost), counters["datagrams_lost"] + counters["segments_lost"])
        received = self.types(folder, "mqtt.msgtype", "mqtt && ip.dst == 172.18.0.1")
        self.assertEqual(received[3], report["actors"][0]["deliveries"])

    def test_under_the_real_clock_a_capture_has_what_the_links_carried_and_lost_at_the_calendars_time(self):
        before = time.time()
        folder = self.run_for_real()
        counters = json.loads(self.read(folder, "report.json"))["counters"]
        self.assertEqual(self.tshark(folder, "-Y", BROKEN), [])
        self.assertEqual(len(self.tshark(folder, "-Y", "udp")), counters["datagrams"])
        lost = self.tshark(folder, "-Y", 'frame.comment contains "lost: on the link"')
        self.assertEqual(len(lost), counters["datagrams_lost"] + counters["segments_lost"])
        self.assertGreater(len(lost), 0)
        received = self.types(folder, "mqtt.msgtype", "mqtt && ip.dst == 172.18.0.1")
        self.assertGreater(received[3], 0)
        self.assertGreater(self.types(folder, "mqtt.msgtype", "mqtt && ip.src == 10.0.0.0/8")[1], 0)  # RTUs
        times = [float(line) for line in self.tshark(folder, "-T", "fields", "-e", "frame.time_epoch")]
        self.assertTrue(before < min(times) and max(times) < time.time(), (before, min(times), max(times)))

    def test_the_same_seed_leaves_the_same_octets_in_every_file(self):
        names = ["report.json", "report.html", "junit.xml", "timeline.csv", "events.ndjson", "latency.hgrm",
                 "latency-from-sent.hgrm", "capture.pcapng"]
        one, same, other = self.run_first_reading(), self.run_first_reading(), self.run_first_reading("--seed", "2")
        for name in names:
            self.assertEqual(self.read(one, name), self.read(same, name), name)
        for name in set(names) - {"junit.xml"}:
            self.assertNotEqual(self.read(one, name), self.read(other, name), name)

    def test_a_run_that_fails_prints_the_line_that_leads_to_the_packets(self):
        status, output, error = run("trunkline-sim", "run", FIRST, "--report", self.directory(),
                                    "--set", "links.radio.loss.p=1", patience=2 * PATIENCE)
        self.assertEqual(status, 1, error)
        line = next(line for line in output.splitlines() if line.startswith("see it happen: "))
        words = shlex.split(line.removeprefix("see it happen: "))
        self.assertEqual(words[:2], ["trunkline-sim", "replay"])
        status, output, error = run(*words, patience=2 * PATIENCE)
        self.assertEqual((status, error), (0, ""))
        self.assertIn("PT@PS-1-1  CONNECT keep_alive_s=60   lost: on the link", output)

    def test_brokers_stand_side_by_side_and_one_that_forgets_sessions_fails(self):
        ours, mosquitto = self.start_broker(), self.start_mosquitto()
        forgetful = self.start_broker("--max-session-expiry", "0")
        folder = self.directory()
        brokers = {"trunkline": ours, "mosquitto": mosquitto, "forgetful": forgetful}
        arguments = [word for name, broker in brokers.items()
                     for word in ("--broker", f"{name}=mqtt://127.0.0.1:{broker.port}")]
        status, output, error = run("trunkline-sim", "compare", AFTERNOON, "--report", folder, "--duration", "9s",
                                    "--set", "phases.warmup=1s", "--set", "phases.drain=4s", *arguments,
                                    patience=3 * 14 + 4 * PATIENCE)
        self.assertEqual(status, 1, error)
        self.assertRegex(output, r"(?m)^ +trunkline +mosquitto +forgetful$")
        passed = {name: json.loads(self.read(os.path.join(folder, name), "report.json"))["passed"] for name in brokers}
        self.assertEqual(passed, {"trunkline": True, "mosquitto": True, "forgetful": False})
        self.assertRegex(output, r"(?m)^  - forgetful: ")
        page = self.read(folder, "compare.html").decode()
        self.assertIn("forgetful", page)
        for outside in "src=", "href=":
            self.assertNotIn(outside, page)

    def test_a_broker_that_is_not_there_is_told_before_any_run(self):
        status, output, error = run("trunkline-sim", "compare", AFTERNOON, "--broker", "nobody=mqtt://127.0.0.1:1",
                                    "--report", self.directory())
        self.assertEqual((status, output), (2, ""))
        self.assertEqual(error, "--broker nobody=mqtt://127.0.0.1:1: cannot be reached: Connection refused\n")


if __name__ == "__main__":
    programs.main("__main__")
