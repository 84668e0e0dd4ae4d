#include "simulator/report/comparison.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

struct TwoBrokers {
    TwoBrokers() {
        scenario = small_plan();
        scenario.expectations.resize(1);
        scenario.expectations[0].id = "E1";
        scenario.faults.resize(2);
        scenario.faults[0].id = "dark";
        scenario.faults[0].at = 2min;
        scenario.faults[0].length = 1min;
        scenario.faults[1] = scenario.faults[0];
        scenario.faults[1].id = "blink";
        scenario.faults[1].length = 1s;
        Verdict good = small_verdict();
        good.history.step = 1min;
        good.history.steps.resize(12);
        for (HistoryStep& step : good.history.steps) step.connected = 2;
        good.history.steps[3].connected = 1;
        good.expectations.push_back({"E2", {}, 1, {{"latest_s", 6.0554321, std::nullopt, std::nullopt, 7.0, true}}});
        scenario.expectations.resize(2);
        scenario.expectations[1].id = "E2";
        Verdict bad = good;
        for (std::size_t at = 3; at < 12; ++at) bad.history.steps[at].connected = 1;
        bad.expectations[0].measures[0].measured = 12;
        bad.expectations[0].measures[0].holds = false;
        bad.violation_count = 7;
        bad.unforgiven_violations = 7;
        bad.violations.resize(6);
        for (Violation& violation : bad.violations) violation.promise = Violation::Promise::order;
        bad.violations[0].text = "a reading is <gone>";
        bad.violations[5].promise = Violation::Promise::qos_1;
        bad.violations[5].text = "another one too";
        bad.ledgers[0].ledger.causes[static_cast<std::size_t>(LossCause::unexplained)] = 12;
        runs = {{"good", "mqtt://127.0.0.1:1", good}, {"bad", "mqtt://127.0.0.1:2", bad}};
    }

    Scenario scenario;
    std::vector<ComparedRun> runs;
    std::vector<std::string> notes = {"fault F1: connections were cut"};
};

}  // namespace

TEST_CASE("brokers stand side by side, and what broke is told by name") {
    const TwoBrokers two;
    const std::string text = comparison_text(two.scenario, two.runs, two.notes);
    CAPTURE(text);
    CHECK(
        contains(text, "    E1                                       holds: delivered 0.995         FAILS: lost 12\n"));
    CHECK(
        contains(text, "    broken promises                                               0                      7\n"));
    CHECK(
        contains(text, "    gone without a cause: a broken promise                        0                     12\n"));
    CHECK(contains(text, "  - bad: E1: lost 12 (at most 0)\n"));
    CHECK(contains(text, "holds: latest_s 6.055"));
    CHECK(!contains(text, "6.0554"));
    CHECK(contains(text, "  - bad: another one too\n"));  // one of another kind is not pushed out
    CHECK(contains(text, "  - bad: and 4 more broken promises (order); its report has them\n"));
    CHECK(contains(text, "after dark"));
    CHECK(contains(text, "2m · 1m · –"));  // connected in the second step after it
    CHECK(contains(text, "– · 1m · –"));   // never again
    CHECK(!contains(text, "after blink"));
    CHECK(!contains(text, "  - good: "));
    CHECK(contains(text, "\n  fault F1: connections were cut\n"));
}

TEST_CASE("the page needs no other file, marks what fails, and escapes what it shows") {
    const TwoBrokers two;
    const std::string html = comparison_html(two.scenario, two.runs, two.notes);
    CHECK(contains(html, "<td class=\"bad\">FAILS: lost 12</td>"));
    CHECK(contains(html, "<td>holds: delivered 0.995</td>"));
    CHECK(contains(html, "a reading is &lt;gone&gt;"));
    CHECK(contains(html, "What was done otherwise"));
    CHECK(!contains(html, "src="));
    CHECK(!contains(html, "href="));
}
