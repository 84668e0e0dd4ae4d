#include "simulator/report/recovery.hpp"

#include <doctest/doctest.h>

#include "simulator/report/wire_cost.hpp"
#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// Twelve minutes in steps of one, with a fault from 03:30 to 05:30.
struct MarkedRun {
    MarkedRun() {
        history.step = 1min;
        history.steps.resize(12);
        for (HistoryStep& step : history.steps) {
            step.connected = 100;
            step.delivered = 10;
            step.latency_p99 = 100ms;
            step.waiting_most = 5;
        }
        FaultPlan fault;
        fault.id = "F1";
        fault.at = 3min + 30s;
        fault.length = 2min;
        scenario = small_plan();
        scenario.faults = {fault};
    }

    Scenario scenario;
    History history;
};

}  // namespace

TEST_CASE("recovery is told from the fault's end to the end of the first step in which all is as before") {
    MarkedRun run;
    for (const std::size_t step : {4U, 5U, 6U}) run.history.steps[step].connected = 40 + step;
    run.history.steps[7].connected = 99;  // is enough
    for (const std::size_t step : {5U, 6U, 7U, 8U}) run.history.steps[step].waiting_most = 6;
    for (const std::size_t step : {5U, 6U}) run.history.steps[step].latency_p99 = 121ms;
    run.history.steps[7].latency_p99 = 120ms;
    const std::vector<Recovery> all = recoveries(run.scenario, run.history);
    REQUIRE(all.size() == 1);
    CHECK(all[0].connected_before == 100);
    CHECK(all[0].connected_least == 44);
    CHECK(all[0].connected == 150s);  // 05:30 to 08:00
    CHECK(all[0].backlog == 270s);
    CHECK(all[0].latency == 150s);
    CHECK(contains(recovery_table(run.scenario, run.history), "within 2m30s"));
}

TEST_CASE("what does not recover is said so, and faults at the very beginning have nothing to be compared with") {
    MarkedRun run;
    for (std::size_t step = 5; step < 12; ++step) run.history.steps[step].delivered = 0;
    CHECK(!recoveries(run.scenario, run.history)[0].latency);
    CHECK(contains(recovery_table(run.scenario, run.history), "not by the end"));
    run.scenario.faults[0].at = 30s;
    CHECK(recoveries(run.scenario, run.history).empty());
    run.scenario.faults[0].at = 11min;  // it lasts beyond the end
    CHECK(recoveries(run.scenario, run.history).empty());
    CHECK(recoveries(run.scenario, History()).empty());
}

TEST_CASE("links cost packets and octets for each reading that was offered") {
    MarkedRun run;
    run.history.steps[0].offered = 50;
    const RunCounter counters[] = {{"datagrams", 200}, {"datagrams_lost", 20}, {"datagram_octets", 9000}};
    const std::string table = wire_cost_table(run.history, counters);
    CHECK(contains(table, "<td>200</td><td>20</td><td>9,000</td><td>4.0</td><td>180.0</td>"));
    CHECK(!contains(table, "TCP"));  // there were none
    CHECK(wire_cost_table(run.history, {}).empty());
}
