#include "simulator/plan/predefined_topics.hpp"

#include <doctest/doctest.h>

using namespace trunkline::sim;

TEST_CASE("MQTT-SN 1.2 §6.7-1: a gateway is configured with the predefined topics of its own sensors") {
    Scenario scenario;
    scenario.sensors.resize(4);
    for (SensorPlan& sensor : scenario.sensors) sensor.topic_kind = TopicKind::predefined;
    scenario.sensors[0].topic = "a";
    scenario.sensors[0].predefined_id = 17;
    scenario.sensors[1].topic = "b";
    scenario.sensors[1].topic_kind = TopicKind::registered;
    scenario.sensors[2].topic = "c";
    scenario.sensors[2].predefined_id = 18;
    scenario.sensors[2].gateway = 1;
    scenario.sensors[3].topic = "d";
    scenario.sensors[3].protocol = DeviceProtocol::mqtt;
    const auto first = predefined_topics(scenario, 0);
    REQUIRE(first.size() == 1);
    CHECK(first[0].id == 17);
    CHECK(first[0].topic == "a");
    const auto second = predefined_topics(scenario, 1);
    REQUIRE(second.size() == 1);
    CHECK(second[0].topic == "c");
}
