#include "simulator/report/report_json.hpp"

#include <doctest/doctest.h>

#include <array>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::array<RunCounter, 1> counters = {{{"events", 42}}};

}  // namespace

TEST_CASE("report.json: version first, then the keys in their fixed order") {
    const std::string text = report_json(small_plan(), small_verdict(), counters);
    CHECK(text.starts_with(
        "{\n  \"trunkline_report\": 1,\n  \"scenario\": {\n    \"name\": \"small\",\n    \"seed\": 7,\n"));
    std::size_t at = 0;
    for (const char* key :
         {"\"scenario\"", "\"passed\"", "\"ended_at_s\"", "\"expectations\"", "\"violations\"", "\"ledger\"",
          "\"sensors\": {", "\"actors\": [", "\"faults\": [", "\"history\": {", "\"counters\""}) {
        CAPTURE(key);
        const std::size_t found = text.find(key, at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
}

TEST_CASE("report.json: every cause is a key, counted or not") {
    const std::string text = report_json(small_plan(), small_verdict(), counters);
    for (std::size_t at = 0; at < loss_cause_count; ++at) {
        const std::string name(name_of(static_cast<LossCause>(at)));
        CHECK(contains(text, '"' + name + "\": " + (name == "retries_exhausted" ? "5" : "0")));
    }
}

TEST_CASE("report.json: latencies in milliseconds, bounds that do not exist are null") {
    const std::string text = report_json(small_plan(), small_verdict(), counters);
    CHECK(contains(
        text, "\"latency_from_sent\": {\n        \"count\": 100,\n        \"mean_ms\": 60,\n        \"min_ms\": 60,\n        \"p50_ms\": 60,"));
    CHECK(contains(text,
                   "\"name\": \"lost\",\n          \"measured\": 0,\n          \"from\": null,\n          \"to\": 0,"));
    CHECK(contains(text, "\"measured\": 0.995,\n          \"expected\": 0.9984,\n          \"from\": 0.99,"));
    CHECK(contains(text, "\"events\": 42"));
}

TEST_CASE("report.json: the file's path and everything else of the real world stay out") {
    Scenario scenario = small_plan();
    scenario.file = "/home/someone/small.json";
    CHECK(!contains(report_json(scenario, small_verdict(), counters), "someone"));
}

TEST_CASE("report.json: a violation names promise, sensor, reading, actor and time") {
    Verdict verdict = small_verdict();
    verdict.violation_count = 1;
    verdict.unforgiven_violations = 1;
    verdict.violations = {{Violation::Promise::qos_1, 1, 17, 0, Instant(1500ms), "what happened"}};
    const std::string text = report_json(small_plan(), verdict, counters);
    CHECK(contains(text, "\"passed\": false"));
    CHECK(contains(text,
                   "\"promise\": \"qos_1\",\n        \"sensor\": \"PT@PS-1-2\",\n        \"reading\": 17,\n        "
                   "\"actor\": \"scada\",\n        \"at_s\": 1.5,\n        \"text\": \"what happened\""));
}

TEST_CASE(
    "report.json: the history has a figure for each step, null where there is none, and the causes that occurred") {
    Verdict verdict = small_verdict();
    verdict.history.step = 5s;
    verdict.history.steps.resize(2);
    verdict.history.steps[0].offered = 3;
    verdict.history.steps[0].delivered = 2;
    verdict.history.steps[0].latency_p50 = 40ms;
    verdict.history.steps[1].waiting_most = 7;
    verdict.history.steps[1].causes[static_cast<std::size_t>(LossCause::queue_full)] = 1;
    const std::string text = report_json(small_plan(), verdict, counters);
    CHECK(contains(text, "\"history\": {\n    \"step_s\": 5,\n    \"offered\": [3, 0],\n"));
    CHECK(contains(text, "\"waiting_most\": [0, 7],\n"));
    CHECK(contains(text, "\"latency_p50_ms\": [40, null],\n"));
    CHECK(contains(text, "\"undelivered\": {\n      \"queue_full\": [0, 1]\n    }\n"));
}

TEST_CASE("report.json: faults with their times") {
    Scenario scenario = small_plan();
    FaultPlan fault;
    fault.id = "F1";
    fault.kind = FaultPlan::Kind::broker_restart;
    fault.at = 2min;
    fault.length = 8s;
    scenario.faults = {fault};
    CHECK(contains(
        report_json(scenario, small_verdict(), counters),
        "\"faults\": [\n    {\n      \"id\": \"F1\",\n      \"kind\": \"broker_restart\",\n      \"at_s\": 120,\n"
        "      \"ends_s\": 128\n    }\n  ]"));
}
