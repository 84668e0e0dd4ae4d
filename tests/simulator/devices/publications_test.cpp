#include "simulator/devices/publications.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario with(std::vector<PublicationPlan> publications) {
    Scenario scenario;
    scenario.run = 1h;
    scenario.drain = 10min;
    scenario.actors.resize(1);
    scenario.actors[0].publications = std::move(publications);
    return scenario;
}

}  // namespace

TEST_CASE("a publication without a period is due once") {
    const Scenario scenario = with({{.topic = "a", .payload = "x", .at = 5min}});
    Publications publications(scenario, scenario.actors[0], Instant{});
    CHECK(publications.next_deadline() == Instant{} + 5min);
    CHECK(!publications.take_due(Instant{} + 5min - 1ns));
    CHECK(publications.take_due(Instant{} + 5min) == 0U);
    CHECK(!publications.take_due(Instant{} + 1h));
    CHECK(!publications.next_deadline());
}

TEST_CASE("one with a period is due until sampling ends, and not in the drain") {
    const Scenario scenario = with({{.topic = "a", .payload = "x", .at = 10min, .every = 25min}});
    Publications publications(scenario, scenario.actors[0], Instant{});
    int due = 0;
    while (publications.take_due(Instant{} + 2h)) ++due;
    CHECK(due == 2);  // 10 and 35 minutes; an hour is the end
}

TEST_CASE("of two at the same moment the first one of the plan comes first") {
    const Scenario scenario = with({{.topic = "a", .payload = "x", .at = 5min},
                                    {.topic = "b", .payload = "y", .at = 5min},
                                    {.topic = "c", .payload = "z", .at = 1min}});
    Publications publications(scenario, scenario.actors[0], Instant{});
    CHECK(publications.take_due(Instant{} + 5min) == 2U);
    CHECK(publications.take_due(Instant{} + 5min) == 0U);
    CHECK(publications.take_due(Instant{} + 5min) == 1U);
}
