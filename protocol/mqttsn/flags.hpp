#pragma once
// The Flags octet (§5.3.4): which bit says what. Each message uses some of them; the others are sent as zero and
// ignored when received.

#include <cstdint>

#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

inline constexpr unsigned flag_dup = 0x80;
inline constexpr unsigned flag_retain = 0x10;
inline constexpr unsigned flag_will = 0x08;
inline constexpr unsigned flag_clean_session = 0x04;

constexpr unsigned flag_if(bool set, unsigned flag) { return set ? flag : 0U; }
constexpr unsigned flags_of(QoS qos) { return static_cast<unsigned>(qos) << 5; }
constexpr unsigned flags_of(TopicIdType type) { return static_cast<unsigned>(type); }

constexpr QoS qos_in(unsigned flags) { return static_cast<QoS>(flags >> 5 & 0x03U); }
/// Two bits; the value 3 is reserved and no enumerator.
constexpr unsigned topic_id_type_bits_in(unsigned flags) { return flags & 0x03U; }

}  // namespace trunkline::mqttsn
