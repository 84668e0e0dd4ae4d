"""MQTT-SN messages as scapy makes and reads them (scapy.contrib.mqttsn: written by others, from the specification).

Where scapy 2.5 leaves the specification, this file makes good for it, and names the clause."""

from scapy.contrib import mqttsn
from scapy.contrib.mqttsn import MQTTSN
from scapy.packet import NoPayload

# §5.4.7, §5.4.22: without a topic there are no Flags. Scapy's layers of these two have Flags always: the header alone.
EMPTY_WILLTOPIC, EMPTY_WILLTOPICUPD = MQTTSN(type=mqttsn.WILLTOPIC), MQTTSN(type=mqttsn.WILLTOPICUPD)


def message(body):
    """A header, and what scapy has behind it."""
    # §5.4.21: Duration is optional. Without it scapy counts two octets, and writes four unless Length is given.
    is_bare = isinstance(body, mqttsn.MQTTSNDisconnect) and body.fields.get("duration") is None
    return MQTTSN(len=2 if is_bare else None) / body


def read(octets):
    """The message in a datagram, of which scapy must have understood every octet."""
    heard = MQTTSN(octets)
    assert rebuilt(heard) == octets, f"{octets.hex()}: {heard!r}"
    return heard


def rebuilt(heard):
    """The octets that scapy makes of nothing but the fields that it has read; it counts lengths itself."""
    whole = None
    while not isinstance(heard, NoPayload):
        assert heard.name.startswith("MQTT-SN "), f"left over: {heard!r}"
        fields = dict(heard.fields)
        is_bare_disconnect = fields.get("type") == mqttsn.DISCONNECT and isinstance(heard.payload, NoPayload)
        if not is_bare_disconnect:  # for which Length must be given, as above
            fields.pop("len", None)
        layer = type(heard)(**fields)
        if whole is None:
            whole = layer
        else:
            whole.add_payload(layer)
        heard = heard.payload
    return bytes(whole)


def fields_of(heard):
    """By scapy's names; those that are zero or empty are left out."""
    return {name: value for name, value in heard.payload.fields.items() if value}
