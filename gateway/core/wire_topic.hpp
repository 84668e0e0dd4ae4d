#pragma once
// How a topic stands in a message between sensor and gateway.

#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// TopicIdType and what it makes of the two octets of TopicId (MQTT-SN 1.2 §5.3.4, §5.3.11).
struct WireTopic {
    mqttsn::TopicIdType type{};
    mqttsn::TopicId id{};
};

}  // namespace trunkline::gateway
