#include "simulator/report/notes.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("a run says for how many sensors exactly once is not promised, because copies may come too late") {
    Scenario scenario;
    scenario.links.resize(1);
    scenario.links[0].duplicate = 0.01;
    scenario.links[0].duplicate_lag = 20s;
    scenario.sensors.resize(3);
    CHECK(notes_on(scenario).empty());  // QoS 1
    scenario.sensors[0].qos = 2;
    CHECK(notes_on(scenario) ==
          std::vector<std::string>{"exactly once is not promised for 1 sensor: on their links a copy may lag for the "
                                   "20s for which gateways remember a MsgId, or longer"});
    scenario.links[0].duplicate_lag = 20s - 1ns;
    CHECK(notes_on(scenario).empty());
}
