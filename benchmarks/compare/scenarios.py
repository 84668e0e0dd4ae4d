"""What brokers are compared by, and what ours is to reach."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    """One load. `goal` is the share of mosquitto's figure that ours may have at most, of the first figure of its row."""

    name: str
    load: list  # arguments of broker_load
    goal: float | None = None
    part: str | None = None  # of the load's result, where it has several
    figure: str = "cpu"  # what the goal is about: cpu or p50
    targets: tuple = ("trunkline", "mosquitto", "aedes", "relay")
    options: list = field(default_factory=list)  # of trunkline-broker besides
    floors: dict = field(default_factory=dict)  # least of a figure, whatever others have
    ceilings: dict = field(default_factory=dict)  # most of a figure

    @property
    def group(self):
        """Scenarios of one group are parts of one run."""
        return " ".join([*self.load, *self.options])


def flow(qos, publishers, window, subscribers=1, **more):
    arguments = {"qos": qos, "publishers": publishers, "window": window, "subscribers": subscribers, **more}
    return ["flow", *(word for name, value in arguments.items() for word in (f"--{name}", str(value)))]


def beside(what, qos, rate=2000):
    """Others at a rate, calm and disturbed."""
    return [what, *flow(qos, 10, 64, rate=rate)[1:]]


BROKERS = ("trunkline", "mosquitto", "aedes")  # the relay keeps no sessions
# The queue of the absent subscriber has no end that a run could reach: what is dropped need not be stored.
DURABLE = dict(targets=("trunkline",), options=["--test-sync-floor", "4ms", "--max-queued-messages", "100000000",
                                                "--max-queued-bytes", "100000000000"])
QUEUE = ["queue", "--qos", "1"]

SCENARIOS = [
    Scenario("fan-in, QoS 0, 10 publishers, 64 in flight", flow(0, 10, 64), 1 / 21),
    Scenario("fan-in, QoS 0, 200 publishers, 1 in flight", flow(0, 200, 1), 0.40),
    Scenario("fan-in, QoS 1, 10 publishers, 64 in flight", flow(1, 10, 64), 1 / 23),
    Scenario("fan-in, QoS 1, 200 publishers, 1 in flight", flow(1, 200, 1), 0.55),
    Scenario("fan-in, QoS 2, 10 publishers, 64 in flight", flow(2, 10, 64), 1 / 30),
    Scenario("fan-out to 500, QoS 0", flow(0, 1, 64, 500), 1 / 14.5),
    Scenario("fan-out to 500, QoS 1", flow(1, 1, 64, 500), 1 / 8.5),
    Scenario("queueing for an absent client, QoS 1", QUEUE, 1 / 6.5, part="queueing", targets=BROKERS),
    Scenario("draining to the returned client, QoS 1", QUEUE, 1 / 9, part="draining", targets=BROKERS),
    Scenario("10,000 connections", ["connect", "--connections", "10000"], 0.68),
    Scenario("latency, QoS 1, 2,000 messages/s", flow(1, 10, 64, rate=2000, times=1), 1.1, figure="p50"),
    Scenario("others while 100,000 queued messages drain", beside("drain", 1), targets=BROKERS,
             floors={"of_live": 0.5}, ceilings={"growth": 2}),
    Scenario("others beside a stalled reader, QoS 0", beside("stall", 0, 20_000), targets=BROKERS,
             ceilings={"growth": 1.2}),
    Scenario("others beside a stalled reader, QoS 1", beside("stall", 1, 20_000), targets=BROKERS,
             ceilings={"growth": 1.2}),
    Scenario("durable, 64 publishers, 20 in flight, 4 ms sync", flow(1, 64, 20, absent=1, times=1), **DURABLE,
             floors={"rate": 60_000}, ceilings={"p99": 25_000}),
    Scenario("durable, a lone publish, 4 ms sync", flow(1, 1, 1, absent=1, times=1), **DURABLE,
             ceilings={"p50": 8_000}),
]
