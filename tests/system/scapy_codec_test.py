"""The codec of MQTT-SN beside scapy's: what one builds the other reads with the same fields, and builds again to the same
octets."""

import logging
import os
import subprocess

import programs
from mqtt_client import PATIENCE
from programs import SystemTest, run
from scapy.contrib import mqttsn
from scapy.utils import RawPcapNgReader
from scapy_drawn import FLAGS, LAYERS, MEANT, Draw
from scapy_messages import message, read

SCENARIOS = os.path.join(os.path.dirname(__file__), "..", "..", "scenarios")
EACH = 80  # messages of each type, and each way
UDP = 17

NAMES = {  # of fields, ours by scapy's where they differ
    "gw_id": "gateway", "gw_addr": "address", "cleansess": "clean_session", "prot_id": "protocol_id",
    "tid_type": "topic_id_type", "tid": "topic_id", "short_topic": "topic_id", "mid": "msg_id", "topic_name": "topic",
    "will_topic": "topic", "will_msg": "message", "w_node_id": "wireless_node_id",
}


def as_we_say(one):
    """Name and fields of a message of scapy's as trunkline_print_messages has them; no field that is zero or empty."""
    kind, body = one.type, one.payload
    meant = MEANT.get(kind, set())
    fields = {}
    for name, value in body.fields.items():
        if name in FLAGS and name not in meant or not value:
            continue
        if name == "short_topic":
            value = int.from_bytes(value, "big")
        fields[NAMES.get(name, name)] = str(value) if isinstance(value, int) else value.hex()
    if kind == mqttsn.ENCAPS_MSG:
        return "ENCAPSULATED", {**fields, "message": bytes(body.payload).hex()}
    return mqttsn.PACKET_TYPE[kind], fields


def without_idle_flags(drawn):
    """The same with zeros in flags that mean nothing."""
    cleared = drawn.copy()
    for name in cleared.payload.fields.keys() & set(FLAGS) - MEANT.get(cleared.type, set()):
        setattr(cleared.payload, name, 0)
    return cleared


def printed(*arguments, text=None):
    """Octets, name and fields of each line of trunkline_print_messages; no field that is zero or empty."""
    done = subprocess.run([os.environ["PRINT_MESSAGES"], *arguments], input=text, capture_output=True, text=True,
                          timeout=PATIENCE, check=True)
    for line in done.stdout.splitlines():
        octets, name, *fields = line.split("\t")
        pairs = [field.split("=") for field in fields]
        yield octets, name, {key: value for key, value in pairs if value not in ("0", "")}


class ScapyCodec(SystemTest):
    def test_what_scapy_builds_we_read_and_build_again(self):
        """MQTT-SN 1.2 §5.4: G10: thousands of messages that scapy builds, of every type, are read with the same fields"""
        draw = Draw(1)
        drawn = [draw.message(kind) for kind in LAYERS for _ in range(EACH)]
        drawn += [draw.encapsulated(kind) for kind in LAYERS for _ in range(10)]
        lines = "".join(bytes(one).hex() + "\n" for one in drawn)
        ours = list(printed(text=lines))
        self.assertEqual(len(ours), len(drawn))
        for one, (octets, name, fields) in zip(drawn, ours):
            self.assertEqual((name, fields), as_we_say(one), repr(one))
            self.assertEqual(octets, bytes(without_idle_flags(one)).hex(), repr(one))

    def test_what_we_build_scapy_reads_and_builds_again(self):
        """MQTT-SN 1.2 §5.4: G10: thousands of messages that we build, of every type, are read by scapy with the same fields"""
        counts = dict.fromkeys(LAYERS, 0)
        for octets, name, fields in printed("2", str(EACH)):
            heard = read(bytes.fromhex(octets))  # which builds it again
            self.assertEqual(as_we_say(heard), (name, fields), repr(heard))
            self.assertEqual(without_idle_flags(heard), heard, "sent as zeros")
            counts[heard.type] += 1
        self.assertEqual(set(counts.values()), {EACH})

    def test_return_codes_that_scapy_may_send_and_nobody_knows(self):
        """§5.3.10: from 0x04 on they are reserved, and count as 0x03, not supported."""
        sent = [message(mqttsn.MQTTSNConnack(return_code=code)) for code in (3, 4, 0x80, 0xFF)]
        lines = "".join(bytes(one).hex() + "\n" for one in sent)
        self.assertEqual([fields for _, _, fields in printed(text=lines)], [{"return_code": "3"}] * 4)

    def test_every_datagram_of_captures_of_the_simulator(self):
        # Scapy wants each comment of pcapng to end with a line feed, which the format does not.
        logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
        kinds = set()
        for name in "wills/maintenance", "sessions/sleepers-bad-radio", "chaos/valves":
            folder = self.directory()
            status, _, error = run("trunkline-sim", "run", os.path.join(SCENARIOS, f"{name}.json"), "--pcap", "--quiet",
                                   "--report", folder, patience=2 * PATIENCE)
            self.assertEqual((status, error), (0, ""))
            for datagram in self.datagrams(os.path.join(folder, "capture.pcapng")):
                kinds.add(read(datagram).type)  # which builds it again
        expected = ("CONNECT CONNACK WILLTOPICREQ WILLTOPIC WILLMSGREQ WILLMSG REGISTER REGACK PUBLISH PUBACK PUBREC"
                    " PUBREL PUBCOMP SUBSCRIBE SUBACK PINGREQ PINGRESP DISCONNECT")  # all that the simulator's sensors use
        self.assertEqual({mqttsn.PACKET_TYPE[kind] for kind in kinds}, set(expected.split()))

    def datagrams(self, path):
        """Each different one."""
        different = set()
        with open(path, "rb") as file:
            for packet, _ in RawPcapNgReader(file):
                if packet[9] == UDP:
                    different.add(packet[(packet[0] & 0x0F) * 4 + 8 :])
        return different


if __name__ == "__main__":
    programs.main("__main__")
