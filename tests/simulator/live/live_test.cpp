#include "simulator/live/live.hpp"

#include <doctest/doctest.h>

#include "runtime/transport/start_error.hpp"
#include "tests/simulator/live/short_plan.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE(
    "readings go over real sockets, through our programs, to the observer; a lossy link loses none that was "
    "acknowledged") {
    const LiveOutcome outcome = run_live_plan(short_plan(0.2));
    CHECK(outcome.verdict.sensors.offered == 50);
    CHECK(outcome.verdict.sensors.acknowledged > 0);
    CHECK(outcome.counters.field.datagrams.lost > 0);
    CHECK(outcome.counters.field.datagrams_refused == 0);
    CHECK(outcome.counters.field.strangers == 0);
}

TEST_CASE("RTUs go over real sockets straight to the broker; on a lossy link, segments are sent again") {
    const LiveOutcome outcome = run_live_plan(short_plan_of_rtus(0.1));
    CHECK(outcome.verdict.sensors.offered == 50);
    CHECK(outcome.verdict.sensors.acknowledged > 0);
    CHECK(outcome.counters.streams_opened >= 6);
    CHECK(outcome.counters.segments.lost > 0);
    CHECK(outcome.counters.field.datagrams.sent == 0);
}

TEST_CASE("a gateway by URL without a broker by URL is refused with the reason") {
    const Scenario scenario = short_plan(0.0);
    LivePlaces places = own_programs();
    places.gateway = runtime::Url{runtime::Scheme::udp, "127.0.0.1", 10000};
    CHECK_THROWS_AS(Programs(scenario, places), runtime::StartError);
}

TEST_CASE("programs of the run tell what they used of the machine, once they are stopped") {
    const Scenario scenario = short_plan(0.0);
    Programs programs(scenario, own_programs());
    programs.start_gateways(scenario, {programs.broker()});
    programs.stop();
    const std::vector<ProgramUse> uses = programs.use();
    REQUIRE(uses.size() == 2);
    CHECK(uses[0].name == "trunkline-broker");
    CHECK(uses[1].name == "trunkline-gateway");
    CHECK(uses[0].use.most_memory_octets > 0);
}
