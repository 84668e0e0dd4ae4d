"""What brokers are compared by, and what ours is to reach."""

import os
import socket

from suite import Scenario, Suite, flags
from targets import NotInstalled, Target, free_port, installed

MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
log_dest none
set_tcp_nodelay true
max_inflight_messages 512
max_queued_messages 0
"""


class Broker(Target):
    """A broker at a port of its own."""

    def __init__(self, given, target, processor, scenario):
        self._given, self._target, self._options = given, target, scenario.options
        self._port = free_port()
        super().__init__(processor)

    def command(self, folder):
        port = str(self._port)
        if self._target == "trunkline":
            where = [] if not self._options else ["--data", folder]
            return [os.path.join(self._given.programs, "trunkline-broker"), "--listen", f"mqtt://127.0.0.1:{port}",
                    "--log-level", "error", *where, *self._options]
        if self._target == "mosquitto":
            configuration = os.path.join(folder, "mosquitto.conf")
            with open(configuration, "w", encoding="utf-8") as file:
                file.write(MOSQUITTO.format(port=port))
            return [installed("mosquitto"), "-c", configuration]
        if self._target == "aedes":
            if not os.path.isdir(os.path.join(self._given.aedes, "node_modules")):
                raise NotInstalled("aedes is not installed")
            return [installed("node"), os.path.join(self._given.aedes, "broker.js"), port]
        return [os.path.join(self._given.tools, "frame_relay"), port]

    def is_there(self):
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            return True
        except OSError:
            return False

    def load_options(self):
        return flags(port=self._port)


TARGETS = ("trunkline", "mosquitto", "aedes", "relay")
BROKERS = ("trunkline", "mosquitto", "aedes")  # the relay keeps no sessions


def scenario(name, load, goal=None, targets=TARGETS, **more):
    return Scenario(name, load, targets, goal, **more)


def flow(qos, publishers, window, subscribers=1, **more):
    return ["flow", *flags(qos=qos, publishers=publishers, window=window, subscribers=subscribers, **more)]


# The queue of the absent subscriber has no end that a run could reach: what is dropped need not be stored.
DURABLE = dict(targets=("trunkline",), options=["--test-sync-floor", "4ms", "--max-queued-messages", "100000000",
                                                "--max-queued-bytes", "100000000000"])
QUEUE = ["queue", "--qos", "1"]


def beside(what, qos, rate=2000):
    """Others at a rate, calm and disturbed."""
    return [what, *flow(qos, 10, 64, rate=rate)[1:]]


SUITE = Suite(
    name="broker",
    text="Compares brokers by processor time, rate, latency, memory and what they lose.",
    load="broker_load",
    targets=TARGETS,
    ours=("trunkline",),
    reference="mosquitto",
    reference_title="of mosquitto's",
    start=Broker,
    scenarios=[
        scenario("fan-in, QoS 0, 10 publishers, 64 in flight", flow(0, 10, 64), 1 / 21),
        scenario("fan-in, QoS 0, 200 publishers, 1 in flight", flow(0, 200, 1), 0.40),
        scenario("fan-in, QoS 1, 10 publishers, 64 in flight", flow(1, 10, 64), 1 / 23),
        scenario("fan-in, QoS 1, 200 publishers, 1 in flight", flow(1, 200, 1), 0.55),
        scenario("fan-in, QoS 2, 10 publishers, 64 in flight", flow(2, 10, 64), 1 / 30),
        scenario("fan-out to 500, QoS 0", flow(0, 1, 64, 500), 1 / 14.5),
        scenario("fan-out to 500, QoS 1", flow(1, 1, 64, 500), 1 / 8.5),
        scenario("queueing for an absent client, QoS 1", QUEUE, 1 / 6.5, BROKERS, part="queueing"),
        scenario("draining to the returned client, QoS 1", QUEUE, 1 / 9, BROKERS, part="draining"),
        scenario("10,000 connections", ["connect", "--connections", "10000"], 0.68),
        scenario("latency, QoS 1, 2,000 messages/s", flow(1, 10, 64, rate=2000, times=1), 1.1, figure="p50"),
        scenario("others while 100,000 queued messages drain", beside("drain", 1), targets=BROKERS,
                 floors={"of_live": 0.5}, ceilings={"growth": 2}),
        scenario("others beside a stalled reader, QoS 0", beside("stall", 0, 20_000), targets=BROKERS,
                 ceilings={"growth": 1.2}),
        scenario("others beside a stalled reader, QoS 1", beside("stall", 1, 20_000), targets=BROKERS,
                 ceilings={"growth": 1.2}),
        scenario("durable, 64 publishers, 20 in flight, 4 ms sync", flow(1, 64, 20, absent=1, times=1), **DURABLE,
                 floors={"rate": 60_000}, ceilings={"p99": 25_000}),
        scenario("durable, a lone publish, 4 ms sync", flow(1, 1, 1, absent=1, times=1), **DURABLE,
                 ceilings={"p50": 8_000}),
    ],
)
