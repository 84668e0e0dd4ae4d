#include "simulator/plan/link_lag.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario over(const LinkProfile& link) {
    Scenario scenario;
    scenario.links = {link};
    scenario.sensors.resize(2);
    return scenario;
}

}  // namespace

TEST_CASE("the lag of a link is its jitter, what it holds back, and its copies") {
    LinkProfile link{.id = "link", .delay = 100ms, .jitter = 30ms};
    CHECK(longest_lag(over(link), 0) == 60ms);
    link.duplicate_lag = 5s;  // but it makes no copies
    link.reorder_by = 1s;     // and holds nothing back
    CHECK(longest_lag(over(link), 0) == 60ms);
    link.duplicate = 0.1;
    CHECK(longest_lag(over(link), 0) == 5060ms);
    link.reorder = 0.1;
    CHECK(longest_lag(over(link), 0) == 6060ms);
    link.keeps_order = true;
    CHECK(longest_lag(over(link), 0) == 6s);
}

TEST_CASE("a fault that changes the link counts for the sensors that it hits") {
    Scenario scenario = over({.id = "link", .delay = 100ms, .jitter = 30ms});
    FaultPlan storm;
    storm.kind = FaultPlan::Kind::link;
    storm.sensors = {1};
    storm.overlay = LinkProfile{.id = "link", .delay = 20100ms};
    scenario.faults = {storm};
    CHECK(longest_lag(scenario, 0) == 60ms);
    CHECK(longest_lag(scenario, 1) == 20030ms);
    CHECK(!may_outlast_quarantine(scenario, 0));
    CHECK(may_outlast_quarantine(scenario, 1));
}

TEST_CASE("a lag as long as the quarantine is too long, and TCP drops copies itself") {
    LinkProfile link{.id = "link"};
    link.duplicate = 0.1;
    link.duplicate_lag = msgid_quarantine - 1ns;
    CHECK(!may_outlast_quarantine(over(link), 0));
    link.duplicate_lag = msgid_quarantine;
    Scenario scenario = over(link);
    CHECK(may_outlast_quarantine(scenario, 0));
    scenario.sensors[0].protocol = DeviceProtocol::mqtt;
    CHECK(!may_outlast_quarantine(scenario, 0));
}
