"""The same numbers through Linux' sch_netem and through the simulator's link model: losses, their bursts, copies and delays
must agree. In a network namespace of its own, without privileges; where the kernel has no sch_netem it is skipped.

Compared is what netem's manual promises. Where docs/decisions/0035 says that links differ, both are given what they share:
no correlation of losses, a distribution by name, overhead for the Ethernet header that netem counts on loopback."""

import json
import math
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

import programs
from namespaces import in_namespace, succeeds_in_namespace
from programs import SystemTest, program, run

SKIPPED = 77
PACKETS = 2500
INTERVAL_MS = 3
UDP_IP = 28  # octets of their headers
TC = shutil.which("tc", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or "tc"

# What tc is told, what the scenario's link is told, and what is compared.
CASES = {
    "loss random": ("loss random 10%", {"loss": {"model": "bernoulli", "p": 0.1}}, ("loss", "bursts")),
    "loss gemodel": ("loss gemodel 2% 25% 100% 0%",
                     {"loss": {"model": "gilbert-elliott", "step": "packet", "p": 0.02, "r": 0.25, "1-h": 1, "1-k": 0}},
                     ("loss", "bursts")),
    "loss state": ("loss state 3% 40% 10% 50% 1%",
                   {"loss": {"model": "state", "p13": 0.03, "p31": 0.4, "p32": 0.1, "p23": 0.5, "p14": 0.01}},
                   ("loss", "bursts")),
    "duplicate": ("duplicate 8%", {"duplicate": 0.08}, ("loss", "copies")),
    "delay uniform": ("delay 40ms 20ms distribution uniform", {"delay": {"base": "40ms", "jitter": "20ms", "dist": "uniform"}},
                      ("loss", "delays")),
    "delay normal": ("delay 40ms 8ms distribution normal", {"delay": {"base": "40ms", "jitter": "8ms", "dist": "normal"}},
                     ("loss", "delays")),
    "delay pareto": ("delay 40ms 8ms distribution pareto", {"delay": {"base": "40ms", "jitter": "8ms", "dist": "pareto"}},
                     ("loss", "delays")),
    "delay paretonormal": ("delay 40ms 8ms distribution paretonormal",
                           {"delay": {"base": "40ms", "jitter": "8ms", "dist": "paretonormal"}}, ("loss", "delays")),
    "reorder": ("delay 30ms reorder 25% gap 5", {"delay": "30ms", "reorder": {"p": 0.25, "gap": 5}}, ("loss", "delays")),
    "rate": ("rate 160kbit -14", {"rate": "160kbit", "queue": "1MiB"}, ("loss", "delays")),  # more than it takes
    "slot": ("slot 20ms 20ms", {"slot": {"min": "20ms", "max": "20ms"}}, ("loss", "delays")),
}


class Fate:
    """What became of the packets of one run: delays in milliseconds by number, and how often each came."""

    def __init__(self, sent, octets):
        self.sent = sent
        self.octets = octets  # of each, without headers
        self.delays = {}
        self.times = {}

    def arrived(self, number, delay):
        self.times[number] = self.times.get(number, 0) + 1
        self.delays.setdefault(number, delay)

    def loss(self):
        return 1 - len(self.times) / self.sent

    def copies(self):
        return sum(times - 1 for times in self.times.values()) / len(self.times)

    def mean_burst(self):
        bursts, length = [], 0
        for number in range(1, self.sent + 1):
            if number not in self.times:
                length += 1
            elif length:
                bursts.append(length)
                length = 0
        return sum(bursts) / len(bursts) if bursts else 0.0

    def quantile(self, share):
        ordered = sorted(self.delays.values())
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def has_netem():
    return succeeds_in_namespace(TC, "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms")


def send_and_receive(octets):
    """In the namespace: prints number and delay of each datagram that arrives."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(1.0)  # longer than any delay here
    arrivals = []

    def receive():
        while True:
            try:
                octets = receiver.recv(2048)
            except socket.timeout:
                if is_done.is_set():
                    return
                continue
            arrivals.append((int(octets[:8]), time.monotonic_ns() - int(octets[8:28])))

    is_done = threading.Event()
    thread = threading.Thread(target=receive)
    thread.start()
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    began = time.monotonic_ns()
    for number in range(1, PACKETS + 1):
        wait = began + number * INTERVAL_MS * 1_000_000 - time.monotonic_ns()
        if wait > 0:
            time.sleep(wait / 1e9)
        sender.sendto(f"{number:08d}{time.monotonic_ns():020d}".encode().ljust(octets, b"."), receiver.getsockname())
    is_done.set()
    thread.join()
    for number, delay in arrivals:
        print(number, delay)


def through_netem(options, octets):
    fate = Fate(PACKETS, octets)
    command = (f'{TC} qdisc add dev lo root netem {options} limit 100000 && '
               f'exec "{sys.executable}" "{__file__}" --measure {octets}')
    done = subprocess.run(in_namespace("sh", "-c", command), capture_output=True, text=True, check=True, timeout=60)
    for line in done.stdout.splitlines():
        number, nanoseconds = line.split()
        fate.arrived(int(number), int(nanoseconds) / 1e6)
    return fate


class Netem(SystemTest):
    def through_the_model(self, link):
        """QoS -1: a datagram for each reading, of which nothing comes back."""
        scenario = {
            "trunkline": 1, "name": "netem", "seed": 4,
            "phases": {"warmup": "0s", "run": f"{PACKETS * INTERVAL_MS}ms", "drain": "20s"},
            "links": {"tested": link, "wire": {}},
            "stations": [{"id": "S", "field": "tested"}],
            "gateways": [{"id": "gw", "serves": "station:S", "broker_link": "wire"}],
            "signals": {"v": {"model": "sine+noise", "mean": 5, "amp": 0, "period": "1h", "unit": "x" * 8}},
            "sensors": [{"id": "P", "at": "station:S", "signal": "v", "protocol": "mqtt-sn", "qos": -1, "topic": "pp",
                         "topic_kind": "short", "sample": f"{INTERVAL_MS}ms"}],
            "actors": [{"id": "end", "protocol": "mqtt5", "link": "wire", "subscribe": [{"filter": "pp", "qos": 0}]}],
            "report": {"files": ["events.ndjson", "report.json"]}}
        folder = self.directory()
        path = os.path.join(folder, "netem.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(scenario, file)
        status, output, error = run("trunkline-sim", "run", path, "--quiet", "--report", folder)
        self.assertEqual((status, output, error), (0, "", ""))
        with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
            report = json.load(file)
        counters = report["counters"]
        fate = Fate(report["sensors"]["offered"], round(counters["datagram_octets"] / counters["datagrams"]) - UDP_IP)
        with open(os.path.join(folder, "events.ndjson"), encoding="utf-8") as file:
            for event in map(json.loads, file):
                if event["event"] == "delivered":
                    fate.arrived(event["reading"], event["latency_ms"])
                elif event["event"] == "delivered_again":
                    fate.times[event["reading"]] += 1
        return fate

    def assert_shares_agree(self, one, other, count, inflation=1.0):
        """Within five standard deviations of their difference."""
        mean = (one + other) / 2
        bound = 5 * math.sqrt(max(mean * (1 - mean), 1 / count) * 2 / count * inflation)
        self.assertLess(abs(one - other), bound, (one, other))

    def compare(self, kernel, model, compared):
        # In bursts, losses tell less than so many single ones: their variance is larger by about twice a burst's length.
        self.assert_shares_agree(kernel.loss(), model.loss(), PACKETS, 2 * max(1.0, model.mean_burst()))
        if "copies" in compared:
            self.assert_shares_agree(kernel.copies(), model.copies(), PACKETS)
        if "bursts" in compared:
            self.assertAlmostEqual(kernel.mean_burst() / model.mean_burst(), 1, delta=0.35)
        if "delays" in compared:
            for share in 0.1, 0.25, 0.5, 0.75, 0.9:
                one, other = kernel.quantile(share), model.quantile(share)
                self.assertLess(abs(one - other), 2.5 + 0.06 * other, (share, one, other))


def comparison(options, link, compared):
    def test(self):
        model = self.through_the_model(link)
        self.compare(through_netem(options, model.octets), model, compared)
    return test


for name, case in CASES.items():
    setattr(Netem, f"test_{name.replace(' ', '_')}", comparison(*case))

if __name__ == "__main__":
    if "--measure" in sys.argv:
        send_and_receive(int(sys.argv[-1]))
    elif not has_netem():
        print("skipped: no sch_netem")
        sys.exit(SKIPPED)
    else:
        programs.main("__main__")
