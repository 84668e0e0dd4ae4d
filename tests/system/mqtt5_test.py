"""What 5.0 adds to subscribing and publishing, with foreign clients: shared subscriptions, identifiers, aliases."""

import os
import queue

import programs
from mqtt_client import PATIENCE
from programs import SystemTest, run

from paho.mqtt import client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

ALIASES = os.path.join(os.path.dirname(__file__), "mqttjs", "aliases.js")
SHARED = "$share/workers/job/#"


class Mqtt5(SystemTest):
    def lines_of(self, subscriber):
        self.assertEqual(subscriber.end(), 0)
        return [line.removeprefix("got ") for line in subscriber.lines if line.startswith("got ")]

    def test_shared_subscriptions_with_mosquitto(self):
        """[MQTT-4.2.0-1] 3.1.1 [MQTT-7.1.1-1] 3.1.1 [MQTT-7.0.0-2] one message of two each, over plain TCP"""
        broker = self.start_broker()
        for version in "mqttv311", "mqttv5":
            kind = ["-V", version, "-q", "1", "-t", SHARED, "-C", "2", "-F", "got %p"]
            workers = [self.subscribe(broker.port, *kind) for _ in range(2)]
            for n in range(4):
                self.publish(broker.port, "-V", version, "-q", "1", "-t", "job/1", "-m", str(n))
            got = [self.lines_of(worker) for worker in workers]
            self.assertEqual(sorted(got), [["0", "2"], ["1", "3"]])

    def test_a_sticky_group_has_one_worker(self):
        broker = self.start_broker("--shared-subscription-strategy", "sticky")
        kind = ["-V", "mqttv5", "-q", "1", "-t", SHARED, "-F", "got %p"]
        first = self.subscribe(broker.port, *kind, "-C", "4")
        self.subscribe(broker.port, *kind)
        for n in range(4):
            self.publish(broker.port, "-q", "1", "-t", "job/1", "-m", str(n))
        self.assertEqual(self.lines_of(first), ["0", "1", "2", "3"])

    def test_shared_messages_outlive_all_workers_and_the_broker(self):
        directory = self.directory()
        broker = self.start_broker("--data", directory)
        session = ["-V", "mqttv5", "-c", "-x", "3600", "-q", "1", "-t", SHARED]
        for name in "first", "second":
            status = run("mosquitto_sub", "-p", str(broker.port), *session, "-i", name, "-E")[0]
            self.assertEqual(status, 0)
        for n in range(6):
            self.publish(broker.port, "-q", "1", "-t", "job/1", "-m", str(n))
        self.assertEqual(broker.stop(), 0)
        broker = self.start_broker("--data", directory)
        back = ["-p", str(broker.port), *session, "-i", "second", "-C", "6", "-F", "got %p"]
        self.assertEqual(sorted(self.lines_of(self.start("mosquitto_sub", *back))), [str(n) for n in range(6)])

    def test_subscription_identifiers_with_paho(self):
        broker = self.start_broker()
        connected, subscribed, messages = queue.Queue(), queue.Queue(), queue.Queue()
        client = paho.Client(client_id="reader", protocol=paho.MQTTv5)
        client.on_connect = lambda *_: connected.put(True)
        client.on_subscribe = lambda *_: subscribed.put(True)
        client.on_message = lambda _client, _data, message: messages.put(message)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        self.addCleanup(client.loop_stop)
        connected.get(timeout=PATIENCE)
        for topic_filter, identifier in (("plant/+/pressure", 7), ("plant/#", 300), ("#", None)):
            properties = Properties(PacketTypes.SUBSCRIBE)
            if identifier:
                properties.SubscriptionIdentifier = identifier
            client.subscribe(topic_filter, options=paho.SubscribeOptions(qos=1), properties=properties)
            subscribed.get(timeout=PATIENCE)
        for topic, expected in (("plant/1/pressure", [7, 300]), ("plant/1/state", [300]), ("other", None)):
            client.publish(topic, "x", 1)
            message = messages.get(timeout=PATIENCE)
            self.assertEqual(message.topic, topic)
            self.assertEqual(getattr(message.properties, "SubscriptionIdentifier", None), expected)
        client.disconnect()

    def test_topic_aliases_with_mqttjs(self):
        broker = self.start_broker()
        status, output, error = run("node", ALIASES, str(broker.port))
        self.assertEqual(status, 0, output + error)


if __name__ == "__main__":
    programs.main("__main__")
