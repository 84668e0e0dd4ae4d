#pragma once
// The predefined topics that a gateway and its sensors have to agree on (MQTT-SN 1.2 §6.7).

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

struct PredefinedTopicPlan {
    std::uint16_t id = 0;
    std::string topic;
};

/// What the gateway with this index is configured with, for all clients alike, since a sensor that publishes without a
/// connection has no ClientId. In the sensors' order.
std::vector<PredefinedTopicPlan> predefined_topics(const Scenario& scenario, std::size_t gateway);

}  // namespace trunkline::sim
