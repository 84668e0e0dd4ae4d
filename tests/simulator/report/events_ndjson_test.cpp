#include "simulator/report/events_ndjson.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        CHECK(nlohmann::json::accept(line));
        lines.push_back(line);
    }
    return lines;
}

}  // namespace

TEST_CASE("every kind of event is one line with a name of its own") {
    Scenario scenario = small_plan();
    scenario.gateways[0].id = "gw-1";
    Verdict verdict = small_verdict();
    for (std::size_t kind = 0; kind < event_kind_count; ++kind)
        verdict.journal.note({.kind = static_cast<RunEvent::Kind>(kind), .at = Instant(1min)});
    const std::vector<std::string> lines = lines_of(events_ndjson(scenario, verdict));
    REQUIRE(lines.size() == event_kind_count);
    const auto line = [&](RunEvent::Kind kind) { return lines[static_cast<std::size_t>(kind)]; };
    using Kind = RunEvent::Kind;
    CHECK(line(Kind::sensor_connected) == R"({"at_s": 60, "event": "sensor_connected", "sensor": "PT@PS-1-1"})");
    CHECK(line(Kind::actor_connected) ==
          R"({"at_s": 60, "event": "actor_connected", "actor": "scada", "session_present": false})");
    CHECK(line(Kind::gateway_up) == R"({"at_s": 60, "event": "gateway_up", "gateway": "gw-1", "state_kept": false})");
    CHECK(
        line(Kind::undelivered) ==
        R"({"at_s": 60, "event": "undelivered", "sensor": "PT@PS-1-1", "reading": 0, "actor": "scada", "cause": "not_connected"})");
}

TEST_CASE("faults and broken promises stand between the events, by time") {
    Scenario scenario = small_plan();
    FaultPlan fault;
    fault.id = "F1";
    fault.kind = FaultPlan::Kind::broker_restart;
    fault.at = 1min;
    fault.length = 30s;
    FaultPlan beyond = fault;  // the run was stopped before
    beyond.at = 20min;
    scenario.faults = {fault, beyond};
    Verdict verdict = small_verdict();
    verdict.journal.note({.kind = RunEvent::Kind::broker_down, .at = Instant(1min)});
    verdict.journal.note({.kind = RunEvent::Kind::broker_up, .flag = true, .at = Instant(91s)});
    Violation violation;
    violation.promise = Violation::Promise::qos_1;
    violation.sensor = 1;
    violation.sequence = 5;
    violation.actor = 0;
    violation.at = Instant(2min);
    violation.text = "gone";
    verdict.violations = {violation};
    const std::vector<std::string> lines = lines_of(events_ndjson(scenario, verdict));
    REQUIRE(lines.size() == 5);
    CHECK(lines[0] == R"({"at_s": 60, "event": "fault_begins", "fault": "F1", "kind": "broker_restart"})");
    CHECK(lines[1] == R"({"at_s": 60, "event": "broker_down"})");
    CHECK(lines[2] == R"({"at_s": 90, "event": "fault_ends", "fault": "F1", "kind": "broker_restart"})");
    CHECK(lines[3] == R"({"at_s": 91, "event": "broker_up", "state_kept": true})");
    CHECK(
        lines[4] ==
        R"({"at_s": 120, "event": "promise_broken", "promise": "qos_1", "sensor": "PT@PS-1-2", "reading": 5, "actor": "scada", "text": "gone"})");
}

TEST_CASE("of a kind that comes too often the first ones are told, and how many are not") {
    Verdict verdict = small_verdict();
    for (std::uint64_t at = 0; at < Journal::most_of_each + 3; ++at)
        verdict.journal.note({.kind = RunEvent::Kind::delivered, .at = Instant(1s)});
    verdict.journal.note({.kind = RunEvent::Kind::actor_lost, .at = Instant(2s)});  // is not pushed out
    const std::vector<std::string> lines = lines_of(events_ndjson(small_plan(), verdict));
    REQUIRE(lines.size() == Journal::most_of_each + 2);
    CHECK(lines[lines.size() - 2] == R"({"at_s": 2, "event": "actor_lost", "actor": "scada"})");
    CHECK(lines.back() == R"({"at_s": 720, "event": "left_out", "of": "delivered", "count": 3})");
}
