"""The broker with Paho for Python (Debian's python3-paho-mqtt), in 3.1.1 and 5, over every transport."""

import collections
import queue

import programs
from certificates import Authority
from mqtt_client import PATIENCE
from programs import SystemTest

try:
    from paho.mqtt import client as paho
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties
    from paho.mqtt.subscribeoptions import SubscribeOptions
except ImportError as error:
    raise RuntimeError("Paho for Python is not installed: scripts/test.sh installs it") from error

VERSIONS = (paho.MQTTv311, paho.MQTTv5)


Way = collections.namedtuple("Way", "transport ca")  # "tcp" or "websockets"; a CA's file for TLS
TCP = Way("tcp", None)


class Client:
    """A Paho client whose callbacks fill queues; every wait is bounded."""

    def __init__(self, port, client_id, version, persistent=False, will=None, way=TCP):
        self._version = version
        options = {} if version == paho.MQTTv5 else {"clean_session": not persistent}
        self._client = paho.Client(client_id=client_id, protocol=version, transport=way.transport, **options)
        if way.ca:
            self._client.tls_set(ca_certs=way.ca)
        self._connected, self._subscribed, self.messages = queue.Queue(), queue.Queue(), queue.Queue()
        self._client.on_connect = lambda _client, _data, flags, code, *_: self._connected.put((flags, code))
        self._client.on_subscribe = lambda _client, _data, _id, granted, *_: self._subscribed.put(granted)
        self._client.on_message = lambda _client, _data, message: self.messages.put(message)
        if will:
            self._client.will_set(**will)
        options = {}
        if version == paho.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = 3600 if persistent else 0
            options = {"clean_start": not persistent, "properties": properties}
        self._client.connect("localhost" if way.ca else "127.0.0.1", port, **options)
        self._client.loop_start()
        flags, code = self._connected.get(timeout=PATIENCE)
        assert code == 0, code
        self.session_present = flags["session present"] == 1

    def subscribe(self, topic_filter, qos):
        options = {"qos": qos}
        if self._version == paho.MQTTv5:
            options = {"options": SubscribeOptions(qos=qos)}
        self._client.subscribe(topic_filter, **options)
        (granted,) = self._subscribed.get(timeout=PATIENCE)
        assert granted in (qos,) or granted.value == qos, granted

    def publish(self, topic, payload, qos, retain=False, properties=None):
        """Until it is acknowledged, or for QoS 0 sent."""
        self._client.publish(topic, payload, qos, retain, properties).wait_for_publish(PATIENCE)

    def take(self, count=1):
        """Payload, QoS and retain of the next messages."""
        messages = [self.messages.get(timeout=PATIENCE) for _ in range(count)]
        return [(message.payload.decode(), message.qos, message.retain) for message in messages]

    def disconnect(self):
        self._client.disconnect()
        self._client.loop_stop()

    def drop(self):
        """Without DISCONNECT."""
        self._client.loop_stop()
        self._client.socket().close()


class Paho(SystemTest):
    """Over TCP; the classes below do the same over other transports."""

    url = "mqtt://127.0.0.1:0"

    def start_on_way(self):
        """A broker, and how clients get there."""
        scheme = self.url.partition(":")[0]
        secret, ca = "", None
        if scheme in ("mqtts", "wss"):
            ca = Authority(self.directory())
            certificate, key = ca.issue_for_server()
            secret = f"?cert={certificate}&key={key}"
        broker = self.start_listener(self.url + secret)
        self.way = Way("websockets" if scheme.startswith("ws") else "tcp", ca and ca.pem)
        return broker

    def client(self, broker, name, version, **options):
        return Client(broker.port, name, version, way=self.way, **options)

    def test_every_qos_both_ways(self):
        broker = self.start_on_way()
        for version in VERSIONS:
            publisher, subscriber = (self.client(broker, name, version) for name in ("publisher", "subscriber"))
            for qos in 0, 1, 2:
                with self.subTest(version=version, qos=qos):
                    subscriber.subscribe(f"qos/{qos}", qos)
                    payloads = [str(n) + "x" * n * 1000 for n in range(50)]
                    for payload in payloads:
                        publisher.publish(f"qos/{qos}", payload, qos)
                    self.assertEqual(subscriber.take(50), [(payload, qos, False) for payload in payloads])
            publisher.disconnect()
            subscriber.disconnect()

    def test_retained_messages(self):
        broker = self.start_on_way()
        for version in VERSIONS:
            client = self.client(broker, "client", version)
            client.publish("state", "open", 2, retain=True)
            client.subscribe("state", 1)
            self.assertEqual(client.take(), [("open", 1, True)])
            client.publish("state", "", 1, retain=True)
            self.assertEqual(client.take(), [("", 1, False)])
            client.subscribe("state", 1)
            client.publish("state", "nothing was there", 0)
            self.assertEqual(client.take(), [("nothing was there", 0, False)])
            client.disconnect()

    def test_wills(self):
        broker = self.start_on_way()
        for version in VERSIONS:
            heir = self.client(broker, "heir", version)
            heir.subscribe("gone", 2)
            polite, rude = (
                self.client(broker, name, version, will={"topic": "gone", "payload": name, "qos": 2})
                for name in ("polite", "rude")
            )
            polite.disconnect()
            broker.wait_for("connection.closed client_id=polite .* reason=client_disconnect")
            rude.drop()
            self.assertEqual(heir.take(), [("rude", 2, False)])
            heir.disconnect()

    def test_persistent_sessions(self):
        broker = self.start_on_way()
        for version in VERSIONS:
            name = f"scada-{version}"
            scada = self.client(broker, name, version, persistent=True)
            self.assertFalse(scada.session_present)
            scada.subscribe("p/#", 2)
            scada.disconnect()
            publisher = self.client(broker, "publisher", version)
            for n in range(20):
                publisher.publish("p/1", str(n), 2)
            publisher.disconnect()
            scada = self.client(broker, name, version, persistent=True)
            self.assertTrue(scada.session_present)
            self.assertEqual(scada.take(20), [(str(n), 2, False) for n in range(20)])
            scada.disconnect()

    def test_user_properties(self):
        client = self.client(self.start_on_way(), "client", paho.MQTTv5)
        client.subscribe("t", 1)
        properties = Properties(PacketTypes.PUBLISH)
        properties.UserProperty = [("unit", "bar"), ("unit", "psi")]
        properties.CorrelationData = b"\x00\xff"
        client.publish("t", "4.2", 1, properties=properties)
        got = client.messages.get(timeout=PATIENCE).properties
        self.assertEqual(got.UserProperty, [("unit", "bar"), ("unit", "psi")])
        self.assertEqual(got.CorrelationData, b"\x00\xff")
        client.disconnect()

    def test_every_property_of_a_message_comes_as_it_was(self):
        client = self.client(self.start_on_way(), "client", paho.MQTTv5)
        client.subscribe("t", 1)
        properties = Properties(PacketTypes.PUBLISH)
        properties.PayloadFormatIndicator = 1
        properties.ContentType = "text/plain"
        properties.ResponseTopic = "answer"
        properties.MessageExpiryInterval = 3600
        client.publish("t", "4.2", 1, properties=properties)
        got = client.messages.get(timeout=PATIENCE).properties
        for name in "PayloadFormatIndicator", "ContentType", "ResponseTopic":
            self.assertEqual(getattr(got, name), getattr(properties, name))
        self.assertLessEqual(got.MessageExpiryInterval, 3600)
        client.disconnect()

    def test_a_shared_subscription(self):
        broker = self.start_on_way()
        for version in VERSIONS:
            workers = [self.client(broker, name, version) for name in ("first", "second")]
            for worker in workers:
                worker.subscribe("$share/workers/job/#", 1)
            publisher = self.client(broker, "publisher", version)
            for n in range(6):
                publisher.publish("job/1", str(n), 1)
            got = [[payload for payload, _, _ in worker.take(3)] for worker in workers]
            self.assertEqual(got, [["0", "2", "4"], ["1", "3", "5"]])
            for client in (*workers, publisher):
                client.disconnect()


class PahoOverTls(Paho):
    url = "mqtts://127.0.0.1:0"


class PahoOverWebSocket(Paho):
    url = "ws://127.0.0.1:0/mqtt"


class PahoOverWebSocketAndTls(Paho):
    url = "wss://127.0.0.1:0/mqtt"


if __name__ == "__main__":
    programs.main("__main__")
