#include "simulator/report/summary.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

RunFacts quarter_second() {
    RunFacts facts;
    facts.took = 250ms;
    facts.simulated = 12min;
    return facts;
}

}  // namespace

TEST_CASE("the summary of a run that passed") {
    CHECK(summary_text(small_plan(), small_verdict(), quarter_second(), false) ==
          R"(small, seed 7: 00:12:00.000 of virtual time in 0.25 s, 2,880 times faster than real time

  sensors  to     number  offered  delivered           not delivered  duplicates
  PT       scada       2    1,000        995  99.50 %              5         230

  not delivered because                                 readings
  no copy came through within all retries  PT to scada         5

  latency                        mean      p50      p90      p99    p99.9      max
  scada    since it was due    110 ms   110 ms   151 ms   160 ms   160 ms   160 ms
           since it was sent  60.0 ms  60.0 ms  60.0 ms  60.0 ms  60.0 ms  60.0 ms

  sensors: 980 of 990 readings of QoS 1 and 2 acknowledged (98.98 %), 15 given up, 1,536 PUBLISH datagrams

  holds  E1
           lost 0 (at most 0)
           delivered 0.99500, formula 0.99840 between 0.99000 and 0.99900

passed: 1 expectation, none fails
)");
}

TEST_CASE("the summary of a run that failed names what does not hold and the first broken promises") {
    Verdict verdict = small_verdict();
    verdict.expectations[0].measures[0] = {"lost", 7.0, std::nullopt, std::nullopt, 0.0, false};
    verdict.violation_count = 7;
    verdict.violations.resize(7);
    verdict.violations[0].text = "reading 17 of PT@PS-1-2 never reached scada";
    const std::string text = summary_text(small_plan(), verdict, quarter_second(), false);
    CHECK(contains(text, "FAILS  E1\n           lost 7 (at most 0)\n"));
    CHECK(contains(text, "broken promises: 7\n    reading 17 of PT@PS-1-2 never reached scada\n"));
    CHECK(contains(text, "the first hundred stand in report.json"));
    CHECK(contains(text, "failed: 1 of 1 expectation fails"));
}

TEST_CASE("the summary shows the first of each broken promise before a second of any") {
    Verdict verdict = small_verdict();
    verdict.violation_count = 8;
    verdict.violations.resize(8);
    for (std::size_t at = 0; at < verdict.violations.size(); ++at) {
        verdict.violations[at].promise = Violation::Promise::qos_1;
        verdict.violations[at].text = "number " + std::to_string(at);
    }
    verdict.violations[7].promise = Violation::Promise::session;
    const std::string text = summary_text(small_plan(), verdict, quarter_second(), false);
    CHECK(contains(text, "    number 0\n    number 1\n    number 2\n    number 3\n    number 7\n"));
    CHECK(!contains(text, "number 4"));
}

TEST_CASE("colours only where they are wanted") {
    CHECK(!contains(summary_text(small_plan(), small_verdict(), quarter_second(), false), "\x1b["));
    CHECK(contains(summary_text(small_plan(), small_verdict(), quarter_second(), true), "\x1b[32mpassed\x1b[0m"));
}

TEST_CASE("a run that was stopped says so") {
    RunFacts facts = quarter_second();
    facts.was_stopped = true;
    CHECK(contains(summary_text(small_plan(), small_verdict(), facts, false),
                   "stopped before its end; until then: passed"));
}

TEST_CASE(
    "what failed in one of many runs: the expectations that fail but for what is to happen sometimes, and promises") {
    Verdict verdict = small_verdict();
    ExpectationResult fails;
    fails.id = "E2";
    fails.measures = {{"lost", 3.0, std::nullopt, std::nullopt, 0.0, false}};
    verdict.expectations.push_back(fails);
    ExpectationResult never_happened;  // which another run may meet
    never_happened.id = "E3";
    never_happened.kind = ExpectationPlan::Kind::sometimes;
    never_happened.measures = {{"will.fired", 0.0, std::nullopt, 1.0, std::nullopt, false}};
    verdict.expectations.push_back(never_happened);
    Violation violation;
    violation.text = "PT@PS-1-1 reading 4 was acknowledged and never delivered";
    verdict.violations = {violation};
    verdict.violation_count = 1;
    CHECK(failure_text(verdict, false) == R"(
  FAILS  E2
           lost 3 (at most 0)

  broken promises: 1
    PT@PS-1-1 reading 4 was acknowledged and never delivered

)");
}

TEST_CASE("the summary of a run over real sockets says what its programs used") {
    RunFacts facts = quarter_second();
    facts.programs = {{"trunkline-sim", 1540ms, 9U << 20U}, {"trunkline-broker", 300ms, 8U << 20U}};
    CHECK(contains(summary_text(small_plan(), small_verdict(), facts, false),
                   "\n  processor and memory: trunkline-sim 1.5 s and 9 MiB, trunkline-broker 0.3 s and 8 MiB\n"));
}

TEST_CASE("the summary of a run over real sockets says when the generator itself was too slow") {
    RunFacts facts = quarter_second();
    facts.schedule = ScheduleFacts{80us, 900us, 4ms};
    CHECK(contains(summary_text(small_plan(), small_verdict(), facts, false),
                   "\n  schedule: kept; 99 % of the devices' wake-ups at most 0.9 ms late, the latest 4.0 ms\n"));
    facts.schedule = ScheduleFacts{2ms, 12ms, 80ms};
    CHECK(
        contains(summary_text(small_plan(), small_verdict(), facts, false),
                 "\n  schedule: NOT kept; 99 % of the devices' wake-ups at most 12.0 ms late, the latest 80.0 ms: this "
                 "machine is too slow for the run, and the latencies are its own\n"));
}

TEST_CASE("the summary of a shortened run names what was left out") {
    Scenario plan = small_plan();
    plan.left_out = {{"F1", "F2"}, {"E9"}};
    CHECK(contains(summary_text(plan, small_verdict(), quarter_second(), false),
                   "\n  left out, for the run is too short: faults F1, F2\n  and the expectations E9\n"));
}
