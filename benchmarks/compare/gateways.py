"""What our gateway is measured by, beside two floors: relays of datagrams that do nothing else."""

import os
import socket

from suite import Scenario, Suite, flags
from targets import Target, free_port

STRANGER = b"\x02\x16"  # PINGREQ: whoever is there answers DISCONNECT


class GatewayTarget(Target):
    """A gateway or a floor; the load is its sensors and its broker."""

    def __init__(self, given, target, processor, scenario):
        self._given, self._target, self._scenario = given, target, scenario
        self._gateway, self._upstream = free_port(socket.SOCK_DGRAM), free_port()
        super().__init__(processor)

    def command(self, folder):
        ports = (str(self._gateway), str(self._upstream))
        listen = f"udp://127.0.0.1:{ports[0]}"
        if self._scenario.keys:
            keys = os.path.join(folder, "keys")
            with open(keys, "w", encoding="utf-8") as file:
                file.writelines(f"sensor-{number}:{'00' * 16}\n" for number in range(self._scenario.keys))
            listen = f"dtls://127.0.0.1:{ports[0]}?psk_file={keys}&peers={self._scenario.keys}"
        if self._target == "trunkline":
            data = ["--data", os.path.join(folder, "data")] if self._scenario.has_data else []
            return [os.path.join(self._given.programs, "trunkline-gateway"), "--listen", listen,
                    "--broker", f"mqtt://127.0.0.1:{ports[1]}", "--log-level", "error", *data, *self._scenario.options]
        return [os.path.join(self._given.tools, "datagram_relay"), *ports, self._target, *self._scenario.floor_options]

    def is_there(self):
        if self._scenario.keys:
            return is_bound(self.pid, self._gateway)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.settimeout(0.1)
            try:
                stranger.sendto(STRANGER, ("127.0.0.1", self._gateway))
                stranger.recv(64)
                return True
            except OSError:
                return False

    def load_options(self):
        return flags(gateway=self._gateway, upstream=self._upstream)


def is_bound(pid, port):
    """A UDP port of the process: who speaks DTLS answers no stranger."""
    try:
        with open(f"/proc/{pid}/net/udp", encoding="utf-8") as table:
            return any(line.split()[1].endswith(f":{port:04X}") for line in table.readlines()[1:])
    except OSError:
        return False  # it has ended


# Twice 10,000 connections within a minute: more than one address has ports for, with those that linger.
SOURCES = [word for number in range(2, 6) for word in ("--broker-source", f"127.0.0.{number}")]

TARGETS = ("trunkline", "each", "shared")


def scenario(name, load, goal=None, targets=TARGETS, **more):
    return Scenario(name, load, targets, goal, **more)


def flow(qos, **more):
    return ["flow", *flags(qos=qos, **more)]


def aggregating(name, load, goal=None, more_options=(), ours_only=False, **more):
    return scenario(f"aggregating: {name}", load, goal, targets=("trunkline",) if ours_only else ("trunkline", "shared"),
                    reference="shared", options=["--mode", "aggregating", *more_options], **more)


SUITE = Suite(
    name="gateway",
    text="Measures trunkline-gateway in both modes beside two floors: \"each\" relays datagrams over one connection per "
         "sensor, \"shared\" over one for all.",
    load="sensor_load",
    targets=TARGETS,
    ours=("trunkline",),
    reference="each",
    reference_title="of each's",
    start=GatewayTarget,
    scenarios=[
        scenario("QoS 0, 50 sensors, 1 in flight", flow(0), 1.5, floors={"rate": 50_000}),
        scenario("QoS 1, 50 sensors, 1 in flight", flow(1), 1.5, floors={"rate": 30_000}),
        scenario("round trip, QoS 1, 1,000 messages/s", flow(1, rate=1000), 1.3, figure="p50"),
        scenario("QoS 0 at 30,000 messages/s", flow(0, rate=30_000), ceilings={"lost": 0}),
        scenario("QoS 1 at 30,000 messages/s", flow(1, rate=30_000), ceilings={"lost": 0}),
        scenario("300 sensors connect at once", ["connect", *flags(sensors=300, at_once=300)],
                 ceilings={"p99": 5_000, "lost": 0}),
        scenario("300 sensors connect at once, spare connections",
                 ["connect", *flags(sensors=300, at_once=300, prepare=8)], targets=("trunkline", "each"),
                 options=["--spare-connections", "300"], floor_options=["300"], ceilings={"p99": 5_000, "lost": 0}),
        scenario("10,000 connected sensors", ["connect", *flags(sensors=9_900, at_once=100)],
                 ceilings={"each": 4, "lost": 0}),
        aggregating("QoS 0, 50 sensors, 1 in flight", flow(0), 2, floors={"rate": 50_000}),
        aggregating("QoS 1, 50 sensors, 1 in flight", flow(1), 3, floors={"rate": 30_000}),
        aggregating("300 sensors connect at once", ["connect", *flags(sensors=300, at_once=300)],
                    ceilings={"p99": 5_000, "lost": 0}),
        aggregating("10,000 connected sensors", ["connect", *flags(sensors=9_900, at_once=100)],
                    ceilings={"each": 4, "lost": 0}),
        aggregating("100,000 sleepers with 4 messages each", ["sleep", *flags(sensors=100_000, at_once=300)],
                    more_options=["--maximum-sensors", "100000"], ours_only=True, ceilings={"rss": 512, "lost": 0}),
        scenario("kill -9 and restart, 10,000 sensors", ["restart", *flags(sensors=9_900, at_once=100, qos=1, rate=5_000)],
                 targets=("trunkline",), has_data=True, options=SOURCES, ceilings={"served": 10, "lost": 0}),
        aggregating("50 sensors beside 100,000 strangers' CONNECTs/s",
                    ["flood", *flags(sensors=50, qos=1, rate=1_000, flood=100_000)], ours_only=True,
                    ceilings={"growth": 2, "grown": 16}),
        aggregating("50 sensors with DTLS beside 100,000 strangers' ClientHellos/s",
                    ["flood", *flags(sensors=50, qos=1, rate=1_000, flood=100_000, dtls=1)], ours_only=True, keys=50,
                    ceilings={"growth": 2, "grown": 16}),
        aggregating("50 sensors beside 100,000 strangers' CONNECTs/s, 2 shards",
                    ["flood", *flags(sensors=50, qos=1, rate=1_000, flood=100_000)], ours_only=True,
                    more_options=["--shards", "2"], ceilings={"repeated": 0, "grown": 32}),
        scenario("50 sensors beside 100,000 strangers' CONNECTs/s",
                 ["flood", *flags(sensors=50, qos=1, rate=1_000, flood=100_000)], targets=("trunkline",),
                 ceilings={"growth": 2, "grown": 16}),
        scenario("50 sensors beside 100,000 strangers' CONNECTs/s, 300 newcomers",
                 ["flood", *flags(sensors=50, qos=1, rate=1_000, flood=100_000)], targets=("trunkline",),
                 options=["--newcomers", "300"], ceilings={"growth": 2, "grown": 16}),
        scenario("10,000 sensors with DTLS", ["connect", *flags(sensors=9_900, at_once=100, dtls=1)], keys=9_900,
                 targets=("trunkline",), ceilings={"each": 60, "lost": 0}),
        scenario("QoS 1, 50 sensors with DTLS, 1 in flight", flow(1, dtls=1), keys=50, targets=("trunkline",)),
    ],
)
