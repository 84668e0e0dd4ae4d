"""A sensor that builds and reads every datagram with scapy's MQTT-SN messages. Scapy has no client: what is said when is
said here, and nothing is said twice."""

import socket
from unittest.mock import ANY  # of a field: any value but zero

from mqtt_client import PATIENCE
from scapy.contrib import mqttsn
from scapy.contrib.mqttsn import MQTTSN
from scapy_messages import fields_of, message, read
from sensor import receive_from


class ScapySensor:
    def __init__(self, gateway_port):
        self._gateway = ("127.0.0.1", gateway_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(PATIENCE)

    def say(self, body):
        """One of scapy's messages, with or without its header."""
        self._send(body if isinstance(body, MQTTSN) else message(body))

    def _send(self, whole):
        self._socket.sendto(bytes(whole), self._gateway)

    def hear(self, kind, **fields):
        """The next message has this type, these fields, and zeros in all others. Returns it, without its header."""
        heard = self.hear_any()
        found = mqttsn.PACKET_TYPE[heard.type], fields_of(heard)
        assert found == (mqttsn.PACKET_TYPE[kind], fields), f"{found} instead of {mqttsn.PACKET_TYPE[kind]} {fields}"
        return heard.payload

    def hear_any(self):
        return read(receive_from(self._gateway, self._socket))

    def close(self):
        self._socket.close()

    # Exchanges of which there are many.

    def connect(self, client_id, **fields):
        self.say(mqttsn.MQTTSNConnect(**{"cleansess": 1, "duration": 60, "client_id": client_id, **fields}))
        self.hear(mqttsn.CONNACK)

    def register(self, topic, mid):
        """Returns the topic id."""
        self.say(mqttsn.MQTTSNRegister(mid=mid, topic_name=topic))
        return self.hear(mqttsn.REGACK, tid=ANY, mid=mid).tid

    def hear_register(self, topic):
        """Returns the topic id by which the gateway will call it from now on."""
        told = self.hear(mqttsn.REGISTER, tid=ANY, mid=ANY, topic_name=topic)
        self.say(mqttsn.MQTTSNRegack(tid=told.tid, mid=told.mid))
        return told.tid

    def publish(self, mid, **fields):
        """QoS 1 or 2, until the broker has it."""
        self.say(mqttsn.MQTTSNPublish(mid=mid, **fields))
        if fields["qos"] == mqttsn.QOS_1:
            self.hear(mqttsn.PUBACK, tid=fields["tid"], mid=mid)
            return
        self.hear(mqttsn.PUBREC, mid=mid)
        self.say(mqttsn.MQTTSNPubrel(mid=mid))
        self.hear(mqttsn.PUBCOMP, mid=mid)

    def hear_publish(self, tid, **fields):
        """QoS 0, 1 or 2, acknowledged."""
        if "qos" not in fields:
            self.hear(mqttsn.PUBLISH, tid=tid, **fields)
            return
        mid = self.hear(mqttsn.PUBLISH, tid=tid, mid=ANY, **fields).mid
        if fields["qos"] == mqttsn.QOS_1:
            self.say(mqttsn.MQTTSNPuback(tid=tid, mid=mid))
            return
        self.say(mqttsn.MQTTSNPubrec(mid=mid))
        self.hear(mqttsn.PUBREL, mid=mid)
        self.say(mqttsn.MQTTSNPubcomp(mid=mid))

    def subscribe(self, mid, tid=0, **fields):
        """By name, or by the id that the answer repeats. Returns the topic id."""
        named = {"tid": tid} if fields.get("tid_type") == mqttsn.TID_PREDEF else {}
        self.say(mqttsn.MQTTSNSubscribe(mid=mid, **fields, **named))
        expected = {"mid": mid, "tid": tid, "qos": fields.get("qos", 0)}
        return self.hear(mqttsn.SUBACK, **{name: value for name, value in expected.items() if value}).tid

    def unsubscribe(self, mid, **fields):
        self.say(mqttsn.MQTTSNUnsubscribe(mid=mid, **fields))
        self.hear(mqttsn.UNSUBACK, mid=mid)

    def ping(self):
        self.say(mqttsn.MQTTSNPingReq())
        self.hear(mqttsn.PINGRESP)

    def sleep(self, duration):
        self.say(mqttsn.MQTTSNDisconnect(duration=duration))
        self.hear(mqttsn.DISCONNECT)

    def disconnect(self):
        self.say(mqttsn.MQTTSNDisconnect())
        self.hear(mqttsn.DISCONNECT)


class ForwardedScapySensor(ScapySensor):
    """Behind a forwarder (§5.5), which is the socket of the sensor `beside`, or its own."""

    def __init__(self, gateway_port, node, beside=None):
        self._node = node
        if beside is None:
            super().__init__(gateway_port)
        else:
            self._gateway, self._socket = beside._gateway, beside._socket

    def _send(self, whole):
        super()._send(MQTTSN() / mqttsn.MQTTSNEncaps(w_node_id=self._node) / whole)

    def hear_any(self):
        outer = super().hear_any()
        assert (outer.type, outer.w_node_id) == (mqttsn.ENCAPS_MSG, self._node), repr(outer)
        return outer.payload.payload
