#pragma once
// The small words of MQTT-SN 1.2.

#include <array>
#include <cassert>
#include <cstdint>
#include <string_view>

namespace trunkline::mqttsn {

enum class MsgId : std::uint16_t {};    // zero: unused (§5.3.7)
enum class TopicId : std::uint16_t {};  // 0x0000 and 0xFFFF are reserved (§5.3.11); two characters for a short name
enum class GwId : std::uint8_t {};

/// §5.3.11: neither is ever assigned.
constexpr bool is_reserved(TopicId id) { return id == TopicId{0x0000} || id == TopicId{0xffff}; }

/// A short topic name in the TopicId field: its two octets as they stand (§6.7). `name` has exactly two.
constexpr TopicId topic_id_of_short_name(std::string_view name) {
    assert(name.size() == 2);
    return TopicId(
        static_cast<std::uint16_t>(static_cast<unsigned char>(name[0]) << 8 | static_cast<unsigned char>(name[1])));
}
constexpr std::array<char, 2> short_name_of(TopicId id) {
    const auto octets = static_cast<std::uint16_t>(id);
    return {static_cast<char>(octets >> 8), static_cast<char>(octets & 0xff)};
}

/// §5.2.2. The order PUBCOMP, PUBREC, PUBREL is the specification's, and not MQTT's.
enum class MsgType : std::uint8_t {
    advertise = 0x00,
    searchgw = 0x01,
    gwinfo = 0x02,
    connect = 0x04,
    connack = 0x05,
    willtopicreq = 0x06,
    willtopic = 0x07,
    willmsgreq = 0x08,
    willmsg = 0x09,
    register_ = 0x0a,
    regack = 0x0b,
    publish = 0x0c,
    puback = 0x0d,
    pubcomp = 0x0e,
    pubrec = 0x0f,
    pubrel = 0x10,
    subscribe = 0x12,
    suback = 0x13,
    unsubscribe = 0x14,
    unsuback = 0x15,
    pingreq = 0x16,
    pingresp = 0x17,
    disconnect = 0x18,
    willtopicupd = 0x1a,
    willtopicresp = 0x1b,
    willmsgupd = 0x1c,
    willmsgresp = 0x1d,
    encapsulated = 0xfe,
};

/// §5.3.4, two bits of the flags octet.
enum class QoS : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2, minus_one = 3 };
/// QoS 1 and 2: an answer is expected, and MsgId names the exchange.
constexpr bool is_acknowledged(QoS qos) { return qos == QoS::at_least_once || qos == QoS::exactly_once; }
enum class TopicIdType : std::uint8_t { normal = 0, predefined = 1, short_name = 2 };

/// §5.3.8: the only ProtocolId of 1.2.
inline constexpr std::uint8_t protocol_id_1_2 = 0x01;

/// §5.3.10. Decoded, unknown codes count as `not_supported`.
enum class ReturnCode : std::uint8_t {
    accepted = 0x00,
    congestion = 0x01,
    invalid_topic_id = 0x02,
    not_supported = 0x03
};

}  // namespace trunkline::mqttsn
