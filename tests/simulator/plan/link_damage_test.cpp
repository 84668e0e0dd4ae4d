#include "simulator/plan/link_damage.hpp"

#include <doctest/doctest.h>

using namespace trunkline::sim;

namespace {

Scenario two_sensors(const LinkProfile& link) {
    Scenario scenario;
    scenario.links = {link};
    scenario.sensors.resize(2);
    return scenario;
}

}  // namespace

TEST_CASE("damage arrives only where there is no checksum, and never over TCP") {
    LinkProfile link{.id = "link"};
    CHECK(!may_arrive_damaged(two_sensors(link)));
    link.has_checksum = false;  // but nothing is damaged
    CHECK(!may_arrive_damaged(two_sensors(link)));
    link.corrupt = 0.1;
    CHECK(may_arrive_damaged(two_sensors(link), 0));
    Scenario over_tcp = two_sensors(link);
    for (SensorPlan& sensor : over_tcp.sensors) sensor.protocol = DeviceProtocol::mqtt5;
    CHECK(!may_arrive_damaged(over_tcp));
    link.has_checksum = true;
    CHECK(!may_arrive_damaged(two_sensors(link)));
    link.down_differs = {link};
    link.down_differs.front().has_checksum = false;
    CHECK(may_arrive_damaged(two_sensors(link)));
}

TEST_CASE("a fault's link counts for the sensors that it is about") {
    Scenario scenario = two_sensors({.id = "link"});
    FaultPlan fault;
    fault.kind = FaultPlan::Kind::link;
    fault.sensors = {1};
    fault.overlay = scenario.links.front();
    fault.overlay->corrupt = 0.1;
    fault.overlay->has_checksum = false;
    scenario.faults.push_back(fault);
    CHECK(!may_arrive_damaged(scenario, 0));
    CHECK(may_arrive_damaged(scenario, 1));
}
