"""Valid MQTT-SN messages of every type, drawn from a seed and made of scapy's fields."""

import random

from scapy.contrib import mqttsn
from scapy.contrib.mqttsn import MQTTSN
from scapy_messages import EMPTY_WILLTOPIC, EMPTY_WILLTOPICUPD, message

LAYERS = {  # by type
    mqttsn.ADVERTISE: mqttsn.MQTTSNAdvertise, mqttsn.SEARCHGW: mqttsn.MQTTSNSearchGW,
    mqttsn.GWINFO: mqttsn.MQTTSNGwInfo, mqttsn.CONNECT: mqttsn.MQTTSNConnect, mqttsn.CONNACK: mqttsn.MQTTSNConnack,
    mqttsn.WILLTOPICREQ: mqttsn.MQTTSNWillTopicReq, mqttsn.WILLTOPIC: mqttsn.MQTTSNWillTopic,
    mqttsn.WILLMSGREQ: mqttsn.MQTTSNWillMsgReq, mqttsn.WILLMSG: mqttsn.MQTTSNWillMsg,
    mqttsn.REGISTER: mqttsn.MQTTSNRegister, mqttsn.REGACK: mqttsn.MQTTSNRegack, mqttsn.PUBLISH: mqttsn.MQTTSNPublish,
    mqttsn.PUBACK: mqttsn.MQTTSNPuback, mqttsn.PUBCOMP: mqttsn.MQTTSNPubcomp, mqttsn.PUBREC: mqttsn.MQTTSNPubrec,
    mqttsn.PUBREL: mqttsn.MQTTSNPubrel, mqttsn.SUBSCRIBE: mqttsn.MQTTSNSubscribe, mqttsn.SUBACK: mqttsn.MQTTSNSuback,
    mqttsn.UNSUBSCRIBE: mqttsn.MQTTSNUnsubscribe, mqttsn.UNSUBACK: mqttsn.MQTTSNUnsuback,
    mqttsn.PINGREQ: mqttsn.MQTTSNPingReq, mqttsn.PINGRESP: mqttsn.MQTTSNPingResp,
    mqttsn.DISCONNECT: mqttsn.MQTTSNDisconnect, mqttsn.WILLTOPICUPD: mqttsn.MQTTSNWillTopicUpd,
    mqttsn.WILLTOPICRESP: mqttsn.MQTTSNWillTopicResp, mqttsn.WILLMSGUPD: mqttsn.MQTTSNWillMsgUpd,
    mqttsn.WILLMSGRESP: mqttsn.MQTTSNWillMsgResp,
}
# §5.3.4: flags that mean something in a message. Scapy has all of them in all; the others are ignored, and sent as zeros.
FLAGS = "dup", "qos", "retain", "will", "cleansess", "tid_type"
MEANT = {
    mqttsn.CONNECT: {"will", "cleansess"}, mqttsn.WILLTOPIC: {"qos", "retain"}, mqttsn.WILLTOPICUPD: {"qos", "retain"},
    mqttsn.PUBLISH: {"dup", "qos", "retain", "tid_type"}, mqttsn.SUBSCRIBE: {"dup", "qos", "tid_type"},
    mqttsn.SUBACK: {"qos"}, mqttsn.UNSUBSCRIBE: {"tid_type"},
}

TOPIC_FIELDS = {mqttsn.TID_NORMAL: "topic_name", mqttsn.TID_PREDEF: "tid", mqttsn.TID_SHORT: "short_topic"}  # by TopicIdType


class Draw:
    """Flags that mean nothing in a message have any bits."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def message(self, kind):
        if kind in (mqttsn.WILLTOPIC, mqttsn.WILLTOPICUPD) and self._random.random() < 0.2:
            return (EMPTY_WILLTOPIC if kind == mqttsn.WILLTOPIC else EMPTY_WILLTOPICUPD).copy()
        meant = MEANT.get(kind, ())
        fields = {field.name: self._field(field.name) for field in LAYERS[kind].fields_desc}
        if "qos" in meant and kind != mqttsn.PUBLISH:
            fields["qos"] = self._random.randrange(3)  # -1 is PUBLISH's
        if "tid_type" in meant:
            fields["tid_type"] = self._random.randrange(3)
        if kind in (mqttsn.SUBSCRIBE, mqttsn.UNSUBSCRIBE):
            for name in set(TOPIC_FIELDS.values()) - {TOPIC_FIELDS[fields["tid_type"]]}:
                del fields[name]
        if kind == mqttsn.PUBLISH and fields["tid_type"] == mqttsn.TID_SHORT:
            fields["tid"] = int.from_bytes(self._field("short_topic"), "big")
        if kind == mqttsn.DISCONNECT and self._random.random() < 0.5:
            del fields["duration"]
        return message(LAYERS[kind](**fields))

    def encapsulated(self, kind):
        node = self._random.randbytes(self._random.randint(1, 252))
        return MQTTSN() / mqttsn.MQTTSNEncaps(radius=self._random.randrange(4), w_node_id=node) / self.message(kind)

    def _field(self, name):
        if name in ("qos", "tid_type", "return_code"):
            return self._random.randrange(4)
        if name in FLAGS:
            return self._random.randrange(2)
        if name in ("gw_id", "radius", "prot_id"):
            return self._random.randrange(0x100)
        if name == "mid":
            return self._random.randint(1, 0xFFFF)
        if name in ("tid", "duration"):
            return self._random.randrange(0x10000)
        if name == "short_topic":
            return self._random.choice(["é", "a/", "+#", "/\x7f"]).encode()
        if name in ("data", "will_msg", "gw_addr"):
            return self._random.randbytes(self._length())
        least = 1 if name in ("topic_name", "will_topic") else 0
        return "".join(self._random.choices("a/#+é€🔧", k=max(least, self._length() // 2))).encode()

    def _length(self):
        """Short, about where Length becomes three octets, and long."""
        least, most = self._random.choice([(0, 29), (235, 260), (0, 3000)])
        return self._random.randint(least, most)
