#include "simulator/plan/predefined_topics.hpp"

namespace trunkline::sim {

std::vector<PredefinedTopicPlan> predefined_topics(const Scenario& scenario, std::size_t gateway) {
    std::vector<PredefinedTopicPlan> topics;
    for (const SensorPlan& sensor : scenario.sensors) {
        const bool is_served = sensor.protocol == DeviceProtocol::mqtt_sn && sensor.gateway == gateway;
        if (is_served && sensor.topic_kind == TopicKind::predefined)
            topics.push_back({sensor.predefined_id, sensor.topic});
    }
    return topics;
}

}  // namespace trunkline::sim
