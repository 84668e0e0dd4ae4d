#pragma once
// The name of a rule in the two numbered specifications: the same rule has different numbers in them, and the same
// number often stands for different rules.

#include <string_view>

#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// Static texts: "MQTT-2.2.1-3" or "§2.1.4" in 5.0, "3.1.1 MQTT-2.3.1-1" in 3.1.1. 3.1 has no numbers; its
/// connections are judged by the numbers of 3.1.1, where 3.1 does not say otherwise.
struct Clause {
    std::string_view v5;
    std::string_view v3;

    constexpr std::string_view in(ProtocolVersion version) const { return version == ProtocolVersion::v5 ? v5 : v3; }
};

namespace clauses {

// The fields of a packet end before or after the octets that Remaining Length counts.
inline constexpr Clause remaining_length{"§2.1.4", "3.1.1 §2.2.3"};
inline constexpr Clause flags{"MQTT-2.1.3-1", "3.1.1 MQTT-2.2.2-2"};
inline constexpr Clause well_formed_text{"MQTT-1.5.4-1", "3.1.1 MQTT-1.5.3-1"};
inline constexpr Clause text_without_null{"MQTT-1.5.4-2", "3.1.1 MQTT-1.5.3-2"};
inline constexpr Clause shortest_integer{"MQTT-1.5.5-1", "3.1.1 §2.2.3"};
inline constexpr Clause long_integer{"§1.5.5", "3.1.1 §2.2.3"};
inline constexpr Clause topic_without_wildcards{"MQTT-4.7.0-1", "3.1.1 MQTT-4.7.1-1"};
inline constexpr Clause topic_not_empty{"MQTT-4.7.3-1", "3.1.1 MQTT-4.7.3-1"};
// A Packet Identifier of zero, by who carries it.
inline constexpr Clause request_packet_id{"MQTT-2.2.1-3", "3.1.1 MQTT-2.3.1-1"};
inline constexpr Clause message_ack_packet_id{"MQTT-2.2.1-5", "3.1.1 MQTT-2.3.1-6"};
inline constexpr Clause request_ack_packet_id{"MQTT-2.2.1-6", "3.1.1 MQTT-2.3.1-7"};

}  // namespace clauses

}  // namespace trunkline::mqtt
