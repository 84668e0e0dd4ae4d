#include "tests/support/packet_samples.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "tests/support/packet_notation.hpp"

namespace trunkline::test {

namespace {

using mqtt::ProtocolVersion;
using enum mqtt::ReasonCode;
constexpr auto v31 = ProtocolVersion::v3_1;
constexpr auto v311 = ProtocolVersion::v3_1_1;
constexpr auto v5 = ProtocolVersion::v5;

// One row a sample, however long.
// clang-format off
constexpr std::array malformed = {
    // Fixed header
    PacketSample{"fixed header: length of five octets", v5, "c0 80808080 01", malformed_packet, "§2.1.4"},
    PacketSample{"fixed header: padded length", v5, "c0 8000", malformed_packet, "MQTT-1.5.5-1"},
    PacketSample{"fixed header: type 0", v5, "00 {}", malformed_packet, "§2.1.2"},
    PacketSample{"fixed header: type 0, 3.1.1", v311, "00 {}", malformed_packet, "3.1.1 §2.2.1"},
    PacketSample{"fixed header: type 15, 3.1.1", v311, "f0 {}", malformed_packet, "3.1.1 §2.2.1"},
    PacketSample{"fixed header: type 15, 3.1", v31, "f0 {}", malformed_packet, "3.1.1 §2.2.1"},
    PacketSample{"CONNECT: flags", v5, "11 {['MQTT'] 05 02 003c {} ['c']}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"CONNECT: flags, 3.1.1", v311, "18 {['MQTT'] 04 02 003c ['c']}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"CONNACK: flags", v5, "21 {00 00 {}}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"CONNACK: flags, 3.1.1", v311, "22 {00 00}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"PUBACK: flags", v5, "42 {0001}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"PUBACK: flags, 3.1.1", v311, "41 {0001}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"PUBREC: flags", v5, "52 {0001}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"PUBREC: flags, 3.1.1", v311, "54 {0001}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"PUBREL: flags", v5, "60 {0001}", malformed_packet, "MQTT-3.6.1-1"},
    PacketSample{"PUBREL: flags, 3.1.1", v311, "6a {0001}", malformed_packet, "3.1.1 MQTT-3.6.1-1"},
    PacketSample{"PUBREL: QoS 0, 3.1", v31, "60 {0001}", malformed_packet, "3.1.1 MQTT-3.6.1-1"},
    PacketSample{"PUBCOMP: flags", v5, "72 {0001}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"PUBCOMP: flags, 3.1.1", v311, "78 {0001}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"SUBSCRIBE: flags", v5, "80 {0001 {} ['a'] 00}", malformed_packet, "MQTT-3.8.1-1"},
    PacketSample{"SUBSCRIBE: flags, 3.1.1", v311, "8a {0001 ['a'] 00}", malformed_packet, "3.1.1 MQTT-3.8.1-1"},
    PacketSample{"SUBSCRIBE: QoS 2, 3.1", v31, "84 {0001 ['a'] 00}", malformed_packet, "3.1.1 MQTT-3.8.1-1"},
    PacketSample{"SUBACK: flags", v5, "92 {0001 {} 00}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"SUBACK: flags, 3.1.1", v311, "91 {0001 00}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"UNSUBSCRIBE: flags", v5, "a0 {0001 {} ['a']}", malformed_packet, "MQTT-3.10.1-1"},
    PacketSample{"UNSUBSCRIBE: flags, 3.1.1", v311, "a3 {0001 ['a']}", malformed_packet, "3.1.1 MQTT-3.10.1-1"},
    PacketSample{"UNSUBACK: flags", v5, "b2 {0001 {} 00}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"UNSUBACK: flags, 3.1.1", v311, "b8 {0001}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"PINGREQ: flags", v5, "c1 {}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"PINGREQ: flags, 3.1.1", v311, "c8 {}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"PINGRESP: flags", v5, "d2 {}", malformed_packet, "MQTT-2.1.3-1"},
    PacketSample{"PINGRESP: flags, 3.1.1", v311, "d4 {}", malformed_packet, "3.1.1 MQTT-2.2.2-2"},
    PacketSample{"DISCONNECT: flags", v5, "e1 {}", malformed_packet, "MQTT-3.14.1-1"},
    PacketSample{"DISCONNECT: flags, 3.1.1", v311, "e2 {}", malformed_packet, "3.1.1 MQTT-3.14.1-1"},
    PacketSample{"AUTH: flags", v5, "f2 {}", malformed_packet, "MQTT-3.15.1-1"},

    // CONNECT: protocol
    PacketSample{"CONNECT: nothing", v5, "10 {}", malformed_packet, "§2.1.4"},
    PacketSample{"CONNECT: no level", v5, "10 {['MQTT']}", malformed_packet, "§2.1.4"},
    PacketSample{"CONNECT: unknown name", v5, "10 {['MQTTX'] 05 02 003c {} ['c']}", unsupported_protocol_version, "MQTT-3.1.2-1"},
    PacketSample{"CONNECT: name in lower case", v5, "10 {['mqtt'] 04 02 003c ['c']}", unsupported_protocol_version, "MQTT-3.1.2-1"},
    PacketSample{"CONNECT: level 3 of MQTT", v5, "10 {['MQTT'] 03 02 003c ['c']}", unsupported_protocol_version, "MQTT-3.1.2-2"},
    PacketSample{"CONNECT: level 6", v5, "10 {['MQTT'] 06 02 003c {} ['c']}", unsupported_protocol_version, "MQTT-3.1.2-2"},
    PacketSample{"CONNECT: bridge bit in the level", v311, "10 {['MQTT'] 84 02 003c ['c']}", unsupported_protocol_version, "MQTT-3.1.2-2"},
    PacketSample{"CONNECT: level 4 of MQIsdp", v31, "10 {['MQIsdp'] 04 02 003c ['c']}", unsupported_protocol_version, "MQTT-3.1.2-2"},
    // CONNECT: flags
    PacketSample{"CONNECT: reserved flag", v5, "10 {['MQTT'] 05 03 003c {} ['c']}", malformed_packet, "MQTT-3.1.2-3"},
    PacketSample{"CONNECT: reserved flag, 3.1.1", v311, "10 {['MQTT'] 04 03 003c ['c']}", malformed_packet, "3.1.1 MQTT-3.1.2-3"},
    PacketSample{"CONNECT: will QoS without will", v5, "10 {['MQTT'] 05 0a 003c {} ['c']}", malformed_packet, "MQTT-3.1.2-11"},
    PacketSample{"CONNECT: will QoS without will, 3.1.1", v311, "10 {['MQTT'] 04 12 003c ['c']}", malformed_packet, "3.1.1 MQTT-3.1.2-13"},
    PacketSample{"CONNECT: will QoS 3", v5, "10 {['MQTT'] 05 1e 003c {} ['c'] {} ['w'] ['gone']}", malformed_packet, "MQTT-3.1.2-12"},
    PacketSample{"CONNECT: will QoS 3, 3.1.1", v311, "10 {['MQTT'] 04 1e 003c ['c'] ['w'] ['gone']}", malformed_packet, "3.1.1 MQTT-3.1.2-14"},
    PacketSample{"CONNECT: will QoS 3, 3.1", v31, "10 {['MQIsdp'] 03 1e 003c ['c'] ['w'] ['gone']}", malformed_packet, "3.1.1 MQTT-3.1.2-14"},
    PacketSample{"CONNECT: will retain without will", v5, "10 {['MQTT'] 05 22 003c {} ['c']}", malformed_packet, "MQTT-3.1.2-13"},
    PacketSample{"CONNECT: will retain without will, 3.1.1", v311, "10 {['MQTT'] 04 22 003c ['c']}", malformed_packet, "3.1.1 MQTT-3.1.2-15"},
    PacketSample{"CONNECT: password without user name, 3.1.1", v311, "10 {['MQTT'] 04 42 003c ['c'] ['p']}", malformed_packet, "3.1.1 MQTT-3.1.2-22"},
    PacketSample{"CONNECT: password without user name, 3.1", v31, "10 {['MQIsdp'] 03 42 003c ['c'] ['p']}", malformed_packet, "3.1.1 MQTT-3.1.2-22"},
    // CONNECT: what follows
    PacketSample{"CONNECT: no keep alive", v5, "10 {['MQTT'] 05 02 00}", malformed_packet, "§2.1.4"},
    PacketSample{"CONNECT: no property length", v5, "10 {['MQTT'] 05 02 003c}", malformed_packet, "MQTT-2.2.2-1"},
    PacketSample{"CONNECT: properties beyond the end", v5, "10 {['MQTT'] 05 02 003c 05 21 000a}", malformed_packet, "§2.2.2.1"},
    PacketSample{"CONNECT: no client id", v5, "10 {['MQTT'] 05 02 003c {}}", malformed_packet, "MQTT-3.1.3-3"},
    PacketSample{"CONNECT: no client id, 3.1.1", v311, "10 {['MQTT'] 04 02 003c}", malformed_packet, "3.1.1 MQTT-3.1.3-3"},
    PacketSample{"CONNECT: client id beyond the end", v5, "10 {['MQTT'] 05 02 003c {} 0005 'abc'}", malformed_packet, "MQTT-3.1.3-3"},
    PacketSample{"CONNECT: client id not UTF-8", v5, "10 {['MQTT'] 05 02 003c {} [ff]}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"CONNECT: client id with a surrogate", v5, "10 {['MQTT'] 05 02 003c {} [eda080]}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"CONNECT: client id with U+0000", v5, "10 {['MQTT'] 05 02 003c {} ['a' 00 'b']}", malformed_packet, "MQTT-1.5.4-2"},
    PacketSample{"CONNECT: client id not UTF-8, 3.1.1", v311, "10 {['MQTT'] 04 02 003c [c080]}", malformed_packet, "3.1.1 MQTT-1.5.3-1"},
    PacketSample{"CONNECT: client id with U+0000, 3.1.1", v311, "10 {['MQTT'] 04 02 003c [00]}", malformed_packet, "3.1.1 MQTT-1.5.3-2"},
    PacketSample{"CONNECT: empty client id for a lasting session, 3.1.1", v311, "10 {['MQTT'] 04 00 003c []}", client_identifier_not_valid, "3.1.1 MQTT-3.1.3-8"},
    PacketSample{"CONNECT: empty client id, 3.1", v31, "10 {['MQIsdp'] 03 02 003c []}", client_identifier_not_valid, "3.1 §3.1"},
    PacketSample{"CONNECT: no will topic", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {}}", malformed_packet, "MQTT-3.1.2-9"},
    PacketSample{"CONNECT: no will payload", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {} ['w']}", malformed_packet, "MQTT-3.1.2-9"},
    PacketSample{"CONNECT: no will, 3.1.1", v311, "10 {['MQTT'] 04 06 003c ['c']}", malformed_packet, "3.1.1 MQTT-3.1.2-9"},
    PacketSample{"CONNECT: will topic not UTF-8", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {} [fe] ['gone']}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"CONNECT: will topic not UTF-8, 3.1.1", v311, "10 {['MQTT'] 04 06 003c ['c'] [fe] ['gone']}", malformed_packet, "3.1.1 MQTT-1.5.3-1"},
    PacketSample{"CONNECT: empty will topic", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {} [] ['gone']}", topic_name_invalid, "MQTT-4.7.3-1"},
    PacketSample{"CONNECT: empty will topic, 3.1.1", v311, "10 {['MQTT'] 04 06 003c ['c'] [] ['gone']}", topic_name_invalid, "3.1.1 MQTT-4.7.3-1"},
    PacketSample{"CONNECT: wildcard in the will topic", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {} ['w/+'] ['gone']}", topic_name_invalid, "MQTT-4.7.0-1"},
    PacketSample{"CONNECT: wildcard in the will topic, 3.1.1", v311, "10 {['MQTT'] 04 06 003c ['c'] ['w/#'] ['gone']}", topic_name_invalid, "3.1.1 MQTT-4.7.1-1"},
    PacketSample{"CONNECT: no user name", v5, "10 {['MQTT'] 05 82 003c {} ['c']}", malformed_packet, "MQTT-3.1.2-17"},
    PacketSample{"CONNECT: no user name, 3.1.1", v311, "10 {['MQTT'] 04 82 003c ['c']}", malformed_packet, "3.1.1 MQTT-3.1.2-19"},
    PacketSample{"CONNECT: user name not UTF-8", v5, "10 {['MQTT'] 05 82 003c {} ['c'] [80]}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"CONNECT: user name not UTF-8, 3.1.1", v311, "10 {['MQTT'] 04 82 003c ['c'] [80]}", malformed_packet, "3.1.1 MQTT-1.5.3-1"},
    PacketSample{"CONNECT: no password", v5, "10 {['MQTT'] 05 42 003c {} ['c']}", malformed_packet, "MQTT-3.1.2-19"},
    PacketSample{"CONNECT: no password, 3.1.1", v311, "10 {['MQTT'] 04 c2 003c ['c'] ['u']}", malformed_packet, "3.1.1 MQTT-3.1.2-21"},
    PacketSample{"CONNECT: user name without its flag", v5, "10 {['MQTT'] 05 02 003c {} ['c'] ['u']}", malformed_packet, "§2.1.4"},
    PacketSample{"CONNECT: password without its flag, 3.1.1", v311, "10 {['MQTT'] 04 82 003c ['c'] ['u'] ['p']}", malformed_packet, "3.1.1 §2.2.3"},

    // Properties, in packets where they are easiest to see
    PacketSample{"property: unknown", v5, "e0 {00 {2b 00}}", malformed_packet, "§2.2.2.2"},
    PacketSample{"property: identifier 0", v5, "e0 {00 {00 00}}", malformed_packet, "§2.2.2.2"},
    PacketSample{"property: padded identifier", v5, "e0 {00 {9f00 ['why']}}", malformed_packet, "MQTT-1.5.5-1"},
    PacketSample{"property: huge identifier", v5, "e0 {00 {ffffff7f}}", malformed_packet, "§2.2.2.2"},
    PacketSample{"property: not in this packet", v5, "e0 {00 {23 0001}}", malformed_packet, "§2.2.2.2"},
    PacketSample{"property: will's in CONNECT", v5, "10 {['MQTT'] 05 02 003c {18 00000005} ['c']}", malformed_packet, "§2.2.2.2"},
    PacketSample{"property: CONNECT's in the will", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {11 00000005} ['w'] []}", malformed_packet, "§2.2.2.2"},
    PacketSample{"property: padded length", v5, "e0 {00 8000}", malformed_packet, "MQTT-1.5.5-1"},
    PacketSample{"property: length of five octets", v5, "e0 {00 80808080 00}", malformed_packet, "§1.5.5"},
    PacketSample{"property: length without end", v5, "e0 {00 80}", malformed_packet, "§2.1.4"},
    PacketSample{"property: value cut short", v5, "e0 {00 {11 000000}}", malformed_packet, "§2.1.4"},
    PacketSample{"property: string beyond the list", v5, "e0 {00 {1f 0004 'why'}}", malformed_packet, "§2.1.4"},
    PacketSample{"property: string not UTF-8", v5, "e0 {00 {1f [c3]}}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"property: string with U+0000", v5, "e0 {00 {1f [00]}}", malformed_packet, "MQTT-1.5.4-2"},
    PacketSample{"property: name of a pair not UTF-8", v5, "e0 {00 {26 [f5] ['v']}}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"property: value of a pair not UTF-8", v5, "e0 {00 {26 ['n'] [f5]}}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"property: pair without a value", v5, "e0 {00 {26 ['n']}}", malformed_packet, "§2.1.4"},
    PacketSample{"property: Session Expiry Interval twice", v5, "10 {['MQTT'] 05 02 003c {11 00000001 11 00000001} ['c']}", protocol_error, "§3.1.2.11.2"},
    PacketSample{"property: Receive Maximum twice", v5, "10 {['MQTT'] 05 02 003c {21 0001 21 0001} ['c']}", protocol_error, "§3.1.2.11.3"},
    PacketSample{"property: Receive Maximum 0", v5, "10 {['MQTT'] 05 02 003c {21 0000} ['c']}", protocol_error, "§3.1.2.11.3"},
    PacketSample{"property: Maximum Packet Size 0", v5, "10 {['MQTT'] 05 02 003c {27 00000000} ['c']}", protocol_error, "§3.1.2.11.4"},
    PacketSample{"property: Topic Alias Maximum twice", v5, "10 {['MQTT'] 05 02 003c {22 0001 22 0001} ['c']}", protocol_error, "§3.1.2.11.5"},
    PacketSample{"property: Request Response Information 2", v5, "10 {['MQTT'] 05 02 003c {19 02} ['c']}", protocol_error, "§3.1.2.11.6"},
    PacketSample{"property: Request Problem Information 2", v5, "10 {['MQTT'] 05 02 003c {17 02} ['c']}", protocol_error, "§3.1.2.11.7"},
    PacketSample{"property: Authentication Method twice", v5, "10 {['MQTT'] 05 02 003c {15 ['a'] 15 ['a']} ['c']}", protocol_error, "§3.1.2.11.9"},
    PacketSample{"property: Authentication Data without a method", v5, "10 {['MQTT'] 05 02 003c {16 ['d']} ['c']}", protocol_error, "§3.1.2.11.10"},
    PacketSample{"property: Will Delay Interval twice", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {18 00000001 18 00000001} ['w'] []}", protocol_error, "§3.1.3.2.2"},
    PacketSample{"property: Payload Format Indicator 2 of a will", v5, "10 {['MQTT'] 05 06 003c {} ['c'] {01 02} ['w'] []}", protocol_error, "§3.1.3.2.3"},
    PacketSample{"property: Maximum QoS 2", v5, "20 {00 00 {24 02}}", protocol_error, "§3.2.2.3.4"},
    PacketSample{"property: Retain Available 2", v5, "20 {00 00 {25 02}}", protocol_error, "§3.2.2.3.5"},
    PacketSample{"property: Maximum Packet Size 0 of a server", v5, "20 {00 00 {27 00000000}}", protocol_error, "§3.2.2.3.6"},
    PacketSample{"property: Wildcard Subscription Available 2", v5, "20 {00 00 {28 02}}", protocol_error, "§3.2.2.3.11"},
    PacketSample{"property: Subscription Identifiers Available 2", v5, "20 {00 00 {29 02}}", protocol_error, "§3.2.2.3.12"},
    PacketSample{"property: Shared Subscription Available 2", v5, "20 {00 00 {2a 02}}", protocol_error, "§3.2.2.3.13"},
    PacketSample{"property: Server Keep Alive twice", v5, "20 {00 00 {13 0001 13 0001}}", protocol_error, "§3.2.2.3.14"},

    // CONNACK
    PacketSample{"CONNACK: reserved flags", v5, "20 {02 00 {}}", malformed_packet, "MQTT-3.2.2-1"},
    PacketSample{"CONNACK: reserved flags, 3.1.1", v311, "20 {80 00}", malformed_packet, "3.1.1 §3.2.2.1"},
    PacketSample{"CONNACK: session present with a failure", v5, "20 {01 87 {}}", protocol_error, "MQTT-3.2.2-6"},
    PacketSample{"CONNACK: session present with a failure, 3.1.1", v311, "20 {01 05}", protocol_error, "3.1.1 MQTT-3.2.2-4"},
    PacketSample{"CONNACK: unlisted reason", v5, "20 {00 8e {}}", protocol_error, "MQTT-3.2.2-8"},
    PacketSample{"CONNACK: reserved return code, 3.1.1", v311, "20 {00 06}", protocol_error, "3.1.1 §3.2.2.3"},
    PacketSample{"CONNACK: no property length", v5, "20 {00 00}", malformed_packet, "MQTT-2.2.2-1"},
    PacketSample{"CONNACK: cut short, 3.1.1", v311, "20 {00}", malformed_packet, "3.1.1 §2.2.3"},
    PacketSample{"CONNACK: too long, 3.1.1", v311, "20 {00 00 00}", malformed_packet, "3.1.1 §2.2.3"},

    // PUBLISH
    PacketSample{"PUBLISH: QoS 3", v5, "36 {['a'] 0001 {}}", malformed_packet, "MQTT-3.3.1-4"},
    PacketSample{"PUBLISH: QoS 3, 3.1.1", v311, "37 {['a'] 0001}", malformed_packet, "3.1.1 MQTT-3.3.1-4"},
    PacketSample{"PUBLISH: DUP at QoS 0", v5, "38 {['a'] {}}", malformed_packet, "MQTT-3.3.1-2"},
    PacketSample{"PUBLISH: DUP at QoS 0, 3.1.1", v311, "38 {['a']}", malformed_packet, "3.1.1 MQTT-3.3.1-2"},
    PacketSample{"PUBLISH: nothing", v5, "30 {}", malformed_packet, "MQTT-3.3.2-1"},
    PacketSample{"PUBLISH: topic beyond the end, 3.1.1", v311, "30 {0002 'a'}", malformed_packet, "3.1.1 MQTT-3.3.2-1"},
    PacketSample{"PUBLISH: topic not UTF-8", v5, "30 {[c0af] {}}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"PUBLISH: topic not UTF-8, 3.1.1", v311, "30 {[c0af]}", malformed_packet, "3.1.1 MQTT-1.5.3-1"},
    PacketSample{"PUBLISH: topic with U+0000", v5, "30 {['a' 00] {}}", malformed_packet, "MQTT-1.5.4-2"},
    PacketSample{"PUBLISH: wildcard in the topic", v5, "30 {['a/+'] {}}", topic_name_invalid, "MQTT-3.3.2-2"},
    PacketSample{"PUBLISH: wildcard in the topic, 3.1.1", v311, "30 {['#']}", topic_name_invalid, "3.1.1 MQTT-3.3.2-2"},
    PacketSample{"PUBLISH: empty topic without an alias", v5, "30 {[] {}}", protocol_error, "§3.3.2.1"},
    PacketSample{"PUBLISH: empty topic, 3.1.1", v311, "30 {[]}", topic_name_invalid, "3.1.1 MQTT-4.7.3-1"},
    PacketSample{"PUBLISH: packet id 0", v5, "32 {['a'] 0000 {}}", protocol_error, "MQTT-2.2.1-3"},
    PacketSample{"PUBLISH: packet id 0, 3.1.1", v311, "34 {['a'] 0000}", protocol_error, "3.1.1 MQTT-2.3.1-1"},
    PacketSample{"PUBLISH: no packet id", v311, "32 {['a'] 00}", malformed_packet, "3.1.1 §2.2.3"},
    PacketSample{"PUBLISH: no property length", v5, "32 {['a'] 0001}", malformed_packet, "MQTT-2.2.2-1"},
    PacketSample{"PUBLISH: Payload Format Indicator 2", v5, "30 {['a'] {01 02}}", protocol_error, "§3.3.2.3.2"},
    PacketSample{"PUBLISH: Message Expiry Interval twice", v5, "30 {['a'] {02 00000001 02 00000001}}", protocol_error, "§3.3.2.3.3"},
    PacketSample{"PUBLISH: Topic Alias 0", v5, "30 {['a'] {23 0000}}", topic_alias_invalid, "MQTT-3.3.2-8"},
    PacketSample{"PUBLISH: Topic Alias twice", v5, "30 {['a'] {23 0001 23 0001}}", protocol_error, "§3.3.2.3.4"},
    PacketSample{"PUBLISH: Response Topic not UTF-8", v5, "30 {['a'] {08 [ff]}}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"PUBLISH: wildcard in the Response Topic", v5, "30 {['a'] {08 ['r/#']}}", protocol_error, "MQTT-3.3.2-14"},
    PacketSample{"PUBLISH: empty Response Topic", v5, "30 {['a'] {08 []}}", protocol_error, "MQTT-4.7.3-1"},
    PacketSample{"PUBLISH: Correlation Data twice", v5, "30 {['a'] {09 [] 09 []}}", protocol_error, "§3.3.2.3.6"},
    PacketSample{"PUBLISH: Subscription Identifier 0", v5, "30 {['a'] {0b 00}}", protocol_error, "§3.3.2.3.8"},
    PacketSample{"PUBLISH: padded Subscription Identifier", v5, "30 {['a'] {0b 8100}}", malformed_packet, "MQTT-1.5.5-1"},
    PacketSample{"PUBLISH: Content Type not UTF-8", v5, "30 {['a'] {03 [ff]}}", malformed_packet, "MQTT-1.5.4-1"},

    // Acknowledgements
    PacketSample{"PUBACK: packet id 0", v5, "40 {0000}", protocol_error, "MQTT-2.2.1-5"},
    PacketSample{"PUBACK: packet id 0, 3.1.1", v311, "40 {0000}", protocol_error, "3.1.1 MQTT-2.3.1-6"},
    PacketSample{"PUBACK: cut short", v5, "40 {00}", malformed_packet, "§2.1.4"},
    PacketSample{"PUBACK: unlisted reason", v5, "40 {0001 92}", protocol_error, "MQTT-3.4.2-1"},
    PacketSample{"PUBACK: Reason String twice", v5, "40 {0001 00 {1f ['a'] 1f ['a']}}", protocol_error, "§3.4.2.2.2"},
    PacketSample{"PUBACK: left over", v5, "40 {0001 00 {} 00}", malformed_packet, "§2.1.4"},
    PacketSample{"PUBACK: reason, 3.1.1", v311, "40 {0001 00}", malformed_packet, "3.1.1 §2.2.3"},
    PacketSample{"PUBREC: packet id 0", v5, "50 {0000}", protocol_error, "MQTT-2.2.1-5"},
    PacketSample{"PUBREC: unlisted reason", v5, "50 {0001 01}", protocol_error, "MQTT-3.5.2-1"},
    PacketSample{"PUBREL: packet id 0, 3.1.1", v311, "62 {0000}", protocol_error, "3.1.1 MQTT-2.3.1-6"},
    PacketSample{"PUBREL: unlisted reason", v5, "62 {0001 80}", protocol_error, "MQTT-3.6.2-1"},
    PacketSample{"PUBCOMP: packet id 0", v5, "70 {0000}", protocol_error, "MQTT-2.2.1-5"},
    PacketSample{"PUBCOMP: unlisted reason", v5, "70 {0001 10}", protocol_error, "MQTT-3.7.2-1"},
    PacketSample{"PUBCOMP: length without its properties", v5, "70 {0001 00 02 1f}", malformed_packet, "§2.2.2.1"},

    // SUBSCRIBE, SUBACK
    PacketSample{"SUBSCRIBE: packet id 0", v5, "82 {0000 {} ['a'] 00}", protocol_error, "MQTT-2.2.1-3"},
    PacketSample{"SUBSCRIBE: packet id 0, 3.1.1", v311, "82 {0000 ['a'] 00}", protocol_error, "3.1.1 MQTT-2.3.1-1"},
    PacketSample{"SUBSCRIBE: no filter", v5, "82 {0001 {}}", protocol_error, "MQTT-3.8.3-2"},
    PacketSample{"SUBSCRIBE: no filter, 3.1.1", v311, "82 {0001}", protocol_error, "3.1.1 MQTT-3.8.3-3"},
    PacketSample{"SUBSCRIBE: no options", v5, "82 {0001 {} ['a']}", malformed_packet, "MQTT-3.8.3-2"},
    PacketSample{"SUBSCRIBE: no options after the second filter, 3.1.1", v311, "82 {0001 ['a'] 00 ['b']}", malformed_packet, "3.1.1 MQTT-3.8.3-3"},
    PacketSample{"SUBSCRIBE: filter beyond the end", v5, "82 {0001 {} 0004 'a' 00}", malformed_packet, "§2.1.4"},
    PacketSample{"SUBSCRIBE: filter not UTF-8", v5, "82 {0001 {} [fc] 00}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"SUBSCRIBE: filter with U+0000", v5, "82 {0001 {} ['a' 00] 00}", malformed_packet, "MQTT-1.5.4-2"},
    PacketSample{"SUBSCRIBE: filter not UTF-8, 3.1.1", v311, "82 {0001 [fc] 00}", malformed_packet, "3.1.1 MQTT-1.5.3-1"},
    PacketSample{"SUBSCRIBE: QoS 3", v5, "82 {0001 {} ['a'] 03}", protocol_error, "§3.8.3.1"},
    PacketSample{"SUBSCRIBE: Retain Handling 3", v5, "82 {0001 {} ['a'] 30}", protocol_error, "§3.8.3.1"},
    PacketSample{"SUBSCRIBE: reserved option", v5, "82 {0001 {} ['a'] 40}", malformed_packet, "MQTT-3.8.3-5"},
    PacketSample{"SUBSCRIBE: reserved option of the second filter", v5, "82 {0001 {} ['a'] 01 ['b'] 80}", malformed_packet, "MQTT-3.8.3-5"},
    PacketSample{"SUBSCRIBE: No Local on a shared subscription", v5, "82 {0001 {} ['$share/g/a'] 04}", protocol_error, "MQTT-3.8.3-4"},
    PacketSample{"SUBSCRIBE: QoS 3, 3.1.1", v311, "82 {0001 ['a'] 03}", malformed_packet, "3.1.1 MQTT-3.8.3-4"},
    PacketSample{"SUBSCRIBE: option of 5.0, 3.1.1", v311, "82 {0001 ['a'] 04}", malformed_packet, "3.1.1 MQTT-3.8.3-4"},
    PacketSample{"SUBSCRIBE: Subscription Identifier 0", v5, "82 {0001 {0b 00} ['a'] 00}", protocol_error, "§3.8.2.1.2"},
    PacketSample{"SUBSCRIBE: Subscription Identifier twice", v5, "82 {0001 {0b 01 0b 02} ['a'] 00}", protocol_error, "§3.8.2.1.2"},
    PacketSample{"SUBACK: packet id 0", v5, "90 {0000 {} 00}", protocol_error, "MQTT-2.2.1-6"},
    PacketSample{"SUBACK: packet id 0, 3.1.1", v311, "90 {0000 00}", protocol_error, "3.1.1 MQTT-2.3.1-7"},
    PacketSample{"SUBACK: no reason", v5, "90 {0001 {}}", protocol_error, "§3.9.3"},
    PacketSample{"SUBACK: unlisted reason", v5, "90 {0001 {} 00 11}", protocol_error, "MQTT-3.9.3-2"},
    PacketSample{"SUBACK: unlisted return code, 3.1.1", v311, "90 {0001 00 87}", protocol_error, "3.1.1 MQTT-3.9.3-2"},

    // UNSUBSCRIBE, UNSUBACK
    PacketSample{"UNSUBSCRIBE: packet id 0", v5, "a2 {0000 {} ['a']}", protocol_error, "MQTT-2.2.1-3"},
    PacketSample{"UNSUBSCRIBE: no filter", v5, "a2 {0001 {}}", protocol_error, "MQTT-3.10.3-2"},
    PacketSample{"UNSUBSCRIBE: no filter, 3.1.1", v311, "a2 {0001}", protocol_error, "3.1.1 MQTT-3.10.3-2"},
    PacketSample{"UNSUBSCRIBE: filter not UTF-8", v5, "a2 {0001 {} [fc]}", malformed_packet, "MQTT-1.5.4-1"},
    PacketSample{"UNSUBSCRIBE: filter not UTF-8, 3.1.1", v311, "a2 {0001 [fc]}", malformed_packet, "3.1.1 MQTT-1.5.3-1"},
    PacketSample{"UNSUBSCRIBE: filter beyond the end, 3.1.1", v311, "a2 {0001 ['a'] 0001}", malformed_packet, "3.1.1 §2.2.3"},
    PacketSample{"UNSUBACK: packet id 0", v5, "b0 {0000 {} 00}", protocol_error, "MQTT-2.2.1-6"},
    PacketSample{"UNSUBACK: no reason", v5, "b0 {0001 {}}", protocol_error, "§3.11.3"},
    PacketSample{"UNSUBACK: unlisted reason", v5, "b0 {0001 {} 01}", protocol_error, "MQTT-3.11.3-2"},
    PacketSample{"UNSUBACK: reason, 3.1.1", v311, "b0 {0001 00}", malformed_packet, "3.1.1 §2.2.3"},

    // PINGREQ, PINGRESP, DISCONNECT, AUTH
    PacketSample{"PINGREQ: not empty", v5, "c0 {00}", malformed_packet, "§2.1.4"},
    PacketSample{"PINGRESP: not empty, 3.1.1", v311, "d0 {00}", malformed_packet, "3.1.1 §2.2.3"},
    PacketSample{"DISCONNECT: unlisted reason", v5, "e0 {01}", protocol_error, "MQTT-3.14.2-1"},
    PacketSample{"DISCONNECT: left over", v5, "e0 {00 {} 00}", malformed_packet, "§2.1.4"},
    PacketSample{"DISCONNECT: Session Expiry Interval twice", v5, "e0 {00 {11 00000001 11 00000001}}", protocol_error, "§3.14.2.2.2"},
    PacketSample{"DISCONNECT: reason, 3.1.1", v311, "e0 {00}", malformed_packet, "3.1.1 §2.2.3"},
    PacketSample{"AUTH: unlisted reason", v5, "f0 {80 {15 ['m']}}", protocol_error, "MQTT-3.15.2-1"},
    PacketSample{"AUTH: no property length", v5, "f0 {18}", malformed_packet, "MQTT-2.2.2-1"},
    PacketSample{"AUTH: no method", v5, "f0 {18 {16 ['d']}}", protocol_error, "§3.15.2.2.2"},
    PacketSample{"AUTH: no properties", v5, "f0 {18 {}}", protocol_error, "§3.15.2.2.2"},
    PacketSample{"AUTH: method twice", v5, "f0 {18 {15 ['m'] 15 ['m']}}", protocol_error, "§3.15.2.2.2"},
};

constexpr std::array valid = {
    ValidSample{v31, "10 {['MQIsdp'] 03 c6 003c ['c'] ['w'] ['gone'] ['u'] ['p']}"},
    ValidSample{v311, "10 {['MQTT'] 04 f6 003c ['c'] ['w'] ['gone'] ['u'] ['p']}"},
    ValidSample{v5, "10 {['MQTT'] 05 ee 003c {11 00000e10 21 0014 27 00010000 22 000a 19 01 17 00 26 ['n'] ['v'] 15 ['m'] 16 ['d']} ['c'] {18 0000003c 01 01 02 00000078 03 ['text'] 08 ['r'] 09 ['c'] 26 ['n'] ['v']} ['w'] ['gone'] ['u'] ['p']}"},
    ValidSample{v311, "20 {01 00}"},
    ValidSample{v5, "20 {01 00 {11 00000e10 21 0014 24 01 25 00 27 00010000 12 ['c1'] 22 000a 1f ['why'] 26 ['n'] ['v'] 28 01 29 01 2a 00 13 001e 1a ['r'] 1c ['other'] 15 ['m'] 16 ['d']}}"},
    ValidSample{v311, "3d {['a/b'] 0001 'payload'}"},
    ValidSample{v5, "32 {['a/b'] 0001 {01 01 02 00000078 23 0001 08 ['r'] 09 ['c'] 26 ['n'] ['v'] 0b 01 0b ffffff7f 03 ['text']} 'payload'}"},
    ValidSample{v311, "40 {0001}"},
    ValidSample{v5, "40 {0001 97 {1f ['full'] 26 ['n'] ['v']}}"},
    ValidSample{v5, "50 {0001 10 {1f ['none'] 26 ['n'] ['v']}}"},
    ValidSample{v5, "62 {0001 92 {1f ['lost'] 26 ['n'] ['v']}}"},
    ValidSample{v5, "70 {0001 92 {1f ['lost'] 26 ['n'] ['v']}}"},
    ValidSample{v311, "82 {0001 ['a/+'] 01 ['#'] 02}"},
    ValidSample{v5, "82 {0001 {0b 8001 26 ['n'] ['v']} ['a/+'] 2e ['$share/g/#'] 19}"},
    ValidSample{v311, "90 {0001 01 80}"},
    ValidSample{v5, "90 {0001 {1f ['no'] 26 ['n'] ['v']} 01 87}"},
    ValidSample{v311, "a2 {0001 ['a/+'] ['#']}"},
    ValidSample{v5, "a2 {0001 {26 ['n'] ['v']} ['a/+'] ['#']}"},
    ValidSample{v311, "b0 {0001}"},
    ValidSample{v5, "b0 {0001 {1f ['no'] 26 ['n'] ['v']} 00 11}"},
    ValidSample{v311, "c0 {}"},
    ValidSample{v311, "d0 {}"},
    ValidSample{v311, "e0 {}"},
    ValidSample{v5, "e0 {9d {11 00000000 1f ['moved'] 26 ['n'] ['v'] 1c ['other']}}"},
    ValidSample{v5, "f0 {18 {15 ['m'] 16 ['d'] 1f ['go on'] 26 ['n'] ['v']}}"},
};

// clang-format on

}  // namespace

std::vector<std::byte> PacketSample::octets() const { return octets_of(notation); }
std::vector<std::byte> ValidSample::octets() const { return octets_of(notation); }

std::span<const PacketSample> malformed_packets() { return malformed; }
std::span<const ValidSample> valid_packets() { return valid; }

const PacketSample& malformed_sample(std::string_view name) {
    for (const PacketSample& sample : malformed) {
        if (sample.name == name) return sample;
    }
    std::fprintf(stderr, "malformed_sample: there is no \"%.*s\"\n", static_cast<int>(name.size()), name.data());
    std::abort();
}

}  // namespace trunkline::test
