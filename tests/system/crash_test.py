"""kill -9 of the broker among QoS 1 and 2 messages to an absent subscriber, or while the subscriber takes what has
waited, and among changes of subscriptions. Whatever the broker has acknowledged it keeps, for as long as it is to last.

Options: `--kills N` (half of them for each durability, a quarter more with queues deeper than memory) and `--seed N`,
which gives the moments.
"""

import random
import signal
import time

import mqtt_client
import programs
from crash_bystanders import SHORT, Mortals, Wanderer
from crash_peers import STATE, Publisher, Subscriber
from programs import SystemTest

LONGEST_LIFE = 3000  # packets that the publisher sends and receives between two kills, at most
MOST_CHANGES = 30  # of subscriptions, before the messages of a life and at its last moment
LONG_OUTAGE = 8  # kills, on average, to one after which the broker is away for longer than what is to last a second
ABSENCE = 3  # kills, on average, before the subscriber is the one who sees it happen, and before it looks in unharmed


class Crash(SystemTest):
    def retained_value(self, port):
        """The number that a new subscriber finds; 0: none."""
        client = self.connect(port)
        client.open("bystander", clean=True)
        client.send(mqtt_client.subscribe(1, STATE, 0))
        self.assertEqual(client.read(), (mqtt_client.SUBACK, b"\x00\x01\x00"))
        client.send(mqtt_client.PINGREQ)
        first, body = client.read()
        if first == mqtt_client.PINGRESP[0]:
            return 0
        self.assertEqual(first, mqtt_client.PUBLISH | mqtt_client.RETAIN)
        return int(mqtt_client.read_publish(first, body)[2])

    def judge(self, publisher, subscriber):
        """Nothing acknowledged is lost; and since the publisher has repeated the rest, nothing at all is."""
        for qos in 1, 2:
            received = [int(payload) for payload in subscriber.received[qos] if payload != b"end"]
            if qos == 1:
                received = list(dict.fromkeys(received))  # first deliveries
            expected = list(range(1, publisher.sent[qos] + 1))
            lost = sorted(set(expected) - set(received))
            self.assertEqual(lost, [], f"QoS {qos}: lost")
            self.assertEqual(received, expected, f"QoS {qos}: order, each once")

    def kill_often(self, durability, kills, seed, *options):
        luck = random.Random(f"{seed} {durability}")
        directory = self.directory()
        publisher, subscriber, ends = Publisher(luck), Subscriber(), 0
        wanderer, mortals = Wanderer(luck), Mortals()
        broker = self.start_broker("--data", directory, "--durability", durability, *options)
        subscriber.subscribe(broker.port)
        self.assertFalse(publisher.connect(broker.port))
        self.assertFalse(wanderer.connect(broker.port))

        def kill_it():
            wanderer.change(luck.randrange(MOST_CHANGES))
            broker.kill()

        for kill in range(1, kills + 1):
            mortals.live(broker.port)
            wanderer.change(luck.randrange(MOST_CHANGES))
            if luck.randrange(ABSENCE) == 0:
                present = subscriber.collect_until(broker.port, kill_it, luck.randint(1, LONGEST_LIFE))
                self.assertTrue(present, "the subscriber's session is gone")
                publisher.close()
            else:
                publisher.publish_until(kill_it, luck.randint(1, LONGEST_LIFE))
            self.assertEqual(broker.end(), -signal.SIGKILL)
            wanderer.hear()
            if luck.randrange(LONG_OUTAGE) == 0:
                time.sleep(SHORT + 0.1)  # what has an end reaches it
            broker = self.start_broker("--data", directory, "--durability", durability, *options)
            ready = time.monotonic()
            value = self.retained_value(broker.port)
            self.assertIn(value, range(publisher.state_acknowledged, publisher.state_sent + 1), "retained value")
            wanderer.judge(self, broker.port)
            mortals.judge(self, broker.port, ready)
            self.assertTrue(publisher.connect(broker.port), "the publisher's session is gone")
            if kill == kills or luck.randrange(ABSENCE) == 0:
                publisher.finish()
                ends += 1
                self.assertTrue(subscriber.collect(broker.port, ends), "the subscriber's session is gone")
                self.judge(publisher, subscriber)
        wanderer.close()
        publisher.close()
        self.assertEqual(broker.stop(), 0)

    def test_sync(self):
        self.kill_often("sync", programs.numbers["kills"] // 2, programs.numbers["seed"])

    def test_os(self):
        self.kill_often("os", programs.numbers["kills"] - programs.numbers["kills"] // 2, programs.numbers["seed"])

    def test_queues_deeper_than_memory(self):
        few = ["--queue-window-messages", "20"]
        self.kill_often("os", max(programs.numbers["kills"] // 4, 1), programs.numbers["seed"] + 1, *few)


if __name__ == "__main__":
    programs.main("__main__", kills=20, seed=1)
