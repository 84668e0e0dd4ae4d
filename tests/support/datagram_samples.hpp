#pragma once
// Each way for a datagram to be no MQTT-SN 1.2 message, by name, and one good datagram of each kind. The tests of codec
// and gateway and the fuzz targets all draw from here.

#include <array>
#include <string_view>

#include "tests/support/hex.hpp"

namespace trunkline::test {

struct MalformedDatagram {
    std::string_view name;
    std::string_view clause;  // of MQTT-SN 1.2, as MalformedMessage::clause has it
    std::string_view hex;     // of from_hex()
};

inline constexpr auto malformed_datagrams = std::to_array<MalformedDatagram>({
    // Length (§5.2.1)
    {"empty datagram", "§5.2.1", ""},
    {"one octet", "§5.2.1", "02"},
    {"Length zero", "§5.2.1", "00 16"},
    {"Length of two octets and three in the datagram", "§5.2.1", "02 16 00"},
    {"Length of three octets and two in the datagram", "§5.2.1", "03 16"},
    {"two messages in one datagram", "§5.2.1", "02 16 02 16"},
    {"three-octet Length cut off", "§5.2.1", "01 00"},
    {"three-octet Length without MsgType", "§5.2.1", "01 00 03"},
    {"three-octet Length that does not count itself", "§5.2.1", "01 00 02 16"},
    {"three-octet Length beyond the datagram", "§5.2.1", "01 00 05 16"},
    {"three-octet Length short of the datagram", "§5.2.1", "01 00 04 16 00"},
    {"three-octet Length of 65535 in four octets", "§5.2.1", "01 ff ff 0c"},
    // MsgType (§5.2.2)
    {"reserved MsgType 0x03", "§5.2.2", "02 03"},
    {"reserved MsgType 0x11", "§5.2.2", "02 11"},
    {"reserved MsgType 0x19", "§5.2.2", "02 19"},
    {"reserved MsgType 0x1E", "§5.2.2", "02 1e"},
    {"reserved MsgType 0xFD", "§5.2.2", "02 fd"},
    {"reserved MsgType 0xFF", "§5.2.2", "02 ff"},
    // layouts with fields missing or octets left over (§5.4)
    {"ADVERTISE without Duration", "§5.4.1", "03 00 07"},
    {"ADVERTISE with half a Duration", "§5.4.1", "04 00 07 03"},
    {"ADVERTISE with an octet too many", "§5.4.1", "06 00 07 03 84 00"},
    {"SEARCHGW without Radius", "§5.4.2", "02 01"},
    {"SEARCHGW with an octet too many", "§5.4.2", "04 01 01 00"},
    {"GWINFO without GwId", "§5.4.3", "02 02"},
    {"CONNECT without any field", "§5.4.4", "02 04"},
    {"CONNECT with half a Duration", "§5.4.4", "05 04 04 01 00"},
    {"CONNACK without ReturnCode", "§5.4.5", "02 05"},
    {"CONNACK with an octet too many", "§5.4.5", "04 05 00 00"},
    {"WILLTOPICREQ with a field", "§5.4.6", "03 06 00"},
    {"WILLMSGREQ with a field", "§5.4.8", "03 08 00"},
    {"REGISTER without MsgId", "§5.4.10", "04 0a 00 00"},
    {"REGACK without ReturnCode", "§5.4.11", "06 0b 01 02 03 04"},
    {"REGACK with an octet too many", "§5.4.11", "08 0b 01 02 03 04 00 00"},
    {"PUBLISH without any field", "§5.4.12", "02 0c"},
    {"PUBLISH with half a TopicId", "§5.4.12", "04 0c 00 01"},
    {"PUBLISH with half a MsgId", "§5.4.12", "06 0c 00 01 02 00"},
    {"PUBACK without ReturnCode", "§5.4.13", "06 0d 01 02 03 04"},
    {"PUBACK with an octet too many", "§5.4.13", "08 0d 01 02 03 04 00 00"},
    {"PUBCOMP with half a MsgId", "§5.4.14", "03 0e 03"},
    {"PUBREC with an octet too many", "§5.4.14", "05 0f 03 04 00"},
    {"PUBREL without MsgId", "§5.4.14", "02 10"},
    {"SUBSCRIBE without MsgId", "§5.4.15", "03 12 00"},
    {"SUBSCRIBE with half a predefined id", "§5.4.15", "06 12 01 03 04 01"},
    {"SUBSCRIBE with a short name of three octets", "§5.4.15", "08 12 02 03 04 61 62 63"},
    {"SUBACK without ReturnCode", "§5.4.16", "07 13 00 01 02 03 04"},
    {"SUBACK with an octet too many", "§5.4.16", "09 13 00 01 02 03 04 00 00"},
    {"UNSUBSCRIBE without MsgId", "§5.4.17", "03 14 00"},
    {"UNSUBSCRIBE with a predefined id of three octets", "§5.4.17", "08 14 01 03 04 01 02 03"},
    {"UNSUBACK with half a MsgId", "§5.4.18", "03 15 03"},
    {"UNSUBACK with a return code as later versions have it", "§5.4.18", "05 15 03 04 00"},
    {"PINGRESP with a field", "§5.4.20", "03 17 00"},
    {"DISCONNECT with half a Duration", "§5.4.21", "03 18 03"},
    {"DISCONNECT with an octet too many", "§5.4.21", "05 18 03 84 00"},
    {"WILLTOPICRESP without ReturnCode", "§5.4.24", "02 1b"},
    {"WILLMSGRESP with an octet too many", "§5.4.25", "04 1d 00 00"},
    // fields (§5.3)
    {"CONNECT with a ClientId that is not UTF-8", "§5.3.1", "07 04 04 01 00 3c c3"},
    {"CONNECT with a ClientId that holds U+0000", "§5.3.1", "08 04 04 01 00 3c 47 00"},
    {"PINGREQ with a ClientId that is not UTF-8", "§5.3.1", "03 16 ff"},
    {"PUBLISH with the reserved TopicIdType", "§5.3.4", "07 0c 03 01 02 00 00"},
    {"SUBSCRIBE with the reserved TopicIdType", "§5.3.4", "07 12 03 03 04 01 02"},
    {"UNSUBSCRIBE with the reserved TopicIdType", "§5.3.4", "07 14 03 03 04 01 02"},
    {"SUBSCRIBE with QoS -1", "§5.3.4", "06 12 60 00 01 61"},
    {"SUBACK with QoS -1", "§5.3.4", "08 13 60 01 02 03 04 00"},
    {"WILLTOPIC with QoS -1", "§5.3.4", "04 07 60 77"},
    {"WILLTOPICUPD with QoS -1", "§5.3.4", "04 1a 60 77"},
    {"PUBLISH QoS 1 with MsgId zero", "§5.3.7", "07 0c 20 01 02 00 00"},
    {"PUBLISH QoS 2 with MsgId zero", "§5.3.7", "07 0c 40 01 02 00 00"},
    {"PUBCOMP with MsgId zero", "§5.3.7", "04 0e 00 00"},
    {"PUBREC with MsgId zero", "§5.3.7", "04 0f 00 00"},
    {"PUBREL with MsgId zero", "§5.3.7", "04 10 00 00"},
    {"REGISTER without a name", "§5.3.12", "06 0a 00 00 03 04"},
    {"REGISTER with a name that holds U+0000", "§5.3.12", "08 0a 00 00 03 04 61 00"},
    {"REGISTER with a name of an overlong encoding", "§5.3.12", "08 0a 00 00 03 04 c0 af"},
    {"REGISTER with a name of a surrogate", "§5.3.12", "09 0a 00 00 03 04 ed a0 80"},
    {"SUBSCRIBE without a name", "§5.3.12", "05 12 00 03 04"},
    {"SUBSCRIBE with a name that is not UTF-8", "§5.3.12", "06 12 00 03 04 ff"},
    {"UNSUBSCRIBE without a name", "§5.3.12", "05 14 00 03 04"},
    {"WILLTOPIC with Flags and no topic", "§5.3.14", "03 07 20"},
    {"WILLTOPIC with a topic that is not UTF-8", "§5.3.14", "04 07 20 ff"},
    {"WILLTOPICUPD with Flags and no topic", "§5.3.14", "03 1a 20"},
    {"PUBLISH with a short name that holds U+0000", "§6.7", "07 0c 02 61 00 00 00"},
    {"PUBLISH with a short name that is not UTF-8", "§6.7", "07 0c 02 c3 28 00 00"},
    {"SUBSCRIBE with a short name that is not UTF-8", "§6.7", "07 12 02 03 04 ff ff"},
    // forwarder encapsulation (§5.5)
    {"encapsulation without a Wireless Node Id", "§5.5", "03 fe 00 02 16"},
    {"encapsulation without Ctrl", "§5.5", "02 fe"},
    {"encapsulation with Length zero", "§5.5", "00 fe 00 2a 02 16"},
    {"encapsulation without a message", "§5.5", "04 fe 00 2a"},
    {"encapsulation with a Length beyond the datagram", "§5.5", "ff fe 00 2a 02 16"},
    {"encapsulation in an encapsulation", "§5.5", "04 fe 00 2a 04 fe 00 2b"},
    {"encapsulation with the three-octet Length", "§5.5", "01 00 06 fe 00 2a"},
    {"encapsulation of a malformed message", "§5.2.1", "04 fe 00 2a 09 04 04 01 00 3c 47"},
});

struct WellFormedDatagram {
    std::string_view name;
    std::string_view hex;  // of from_hex()
};

inline constexpr auto well_formed_datagrams = std::to_array<WellFormedDatagram>({
    {"ADVERTISE", "05 00 07 03 84"},
    {"SEARCHGW", "03 01 01"},
    {"GWINFO", "09 02 07 7f 00 00 01 27 10"},
    {"CONNECT", "0a 04 0c 01 00 3c 50 54 2d 31"},
    {"CONNACK", "03 05 00"},
    {"WILLTOPICREQ", "02 06"},
    {"WILLTOPIC", "06 07 30 77 2f 31"},
    {"WILLMSGREQ", "02 08"},
    {"WILLMSG", "05 09 6f 66 66"},
    {"REGISTER", "09 0a 00 00 03 04 61 2f 62"},
    {"REGACK", "07 0b 01 02 03 04 00"},
    {"PUBLISH", "09 0c 20 01 02 03 04 34 32"},
    {"PUBACK", "07 0d 01 02 03 04 00"},
    {"PUBREC", "04 0f 03 04"},
    {"PUBREL", "04 10 03 04"},
    {"PUBCOMP", "04 0e 03 04"},
    {"SUBSCRIBE", "08 12 40 03 04 61 2f 23"},
    {"SUBACK", "08 13 40 01 02 03 04 00"},
    {"UNSUBSCRIBE", "07 14 01 03 04 01 02"},
    {"UNSUBACK", "04 15 03 04"},
    {"PINGREQ", "06 16 50 54 2d 31"},
    {"PINGRESP", "02 17"},
    {"DISCONNECT", "04 18 03 84"},
    {"WILLTOPICUPD", "04 1a 40 77"},
    {"WILLMSGUPD", "03 1c 78"},
    {"WILLTOPICRESP", "03 1b 00"},
    {"WILLMSGRESP", "03 1d 00"},
    {"CONNECT with the three-octet Length", "01 00 0c 04 0c 01 00 3c 50 54 2d 31"},
    {"PINGREQ from behind a forwarder", "04 fe 01 2a 02 16"},
});

}  // namespace trunkline::test
