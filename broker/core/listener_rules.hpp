#pragma once
// What holds for the clients of one listener, beside what holds for all.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

struct ListenerRules {
    std::string mount_point;  // stands in front of all topics of its clients, who do not see it; empty: nothing does
    std::size_t client_limit = std::numeric_limits<std::size_t>::max();  // connected at once; more: CONNACK 0x89
    std::optional<mqtt::QoS> maximum_qos{};                              // nothing: that of the settings
    std::optional<std::uint16_t> topic_alias_maximum{};                  // nothing: that of the settings
    bool allows_empty_client_id = true;                                  // false: CONNACK 0x85
    std::string client_id_prefix = "auto-";                              // of identifiers that the broker assigns
};

}  // namespace trunkline::broker
