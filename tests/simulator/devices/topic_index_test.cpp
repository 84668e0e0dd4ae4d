#include "simulator/devices/topic_index.hpp"

#include <doctest/doctest.h>

using namespace trunkline::sim;

TEST_CASE("a topic leads to its sensor, and no other text does") {
    Scenario scenario;
    scenario.sensors.resize(3);
    scenario.sensors[0].topic = "nl/PS-2/pt/1";
    scenario.sensors[1].topic = "nl/PS-10/pt/1";
    scenario.sensors[2].topic = "nl/PS-1/pt/1";
    const TopicIndex index(scenario);
    CHECK(index.sensor_of("nl/PS-2/pt/1") == 0);
    CHECK(index.sensor_of("nl/PS-10/pt/1") == 1);
    CHECK(index.sensor_of("nl/PS-1/pt/1") == 2);
    CHECK(!index.sensor_of("nl/PS-1/pt"));
    CHECK(!index.sensor_of("nl/PS-1/pt/11"));
    CHECK(!index.sensor_of(""));
}

TEST_CASE("what actors publish is known by its topic") {
    Scenario scenario;
    scenario.actors.resize(2);
    scenario.actors[1].publications = {{.topic = "line/PS-1/cmd", .payload = "close"},
                                       {.topic = "line/PS-0/cmd", .payload = "open"}};
    const TopicIndex index(scenario);
    CHECK(index.is_published_by_actors("line/PS-0/cmd"));
    CHECK(index.is_published_by_actors("line/PS-1/cmd"));
    CHECK(!index.is_published_by_actors("line/PS-1"));
    CHECK(!index.is_published_by_actors("line/PS-2/cmd"));
}
