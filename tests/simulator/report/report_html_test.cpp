#include "simulator/report/report_html.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("report.html is one file that fetches nothing and runs nothing") {
    const std::string page = report_html(small_plan(), small_verdict());
    CHECK(page.starts_with("<!doctype html>"));
    CHECK(page.ends_with("</html>\n"));
    for (const char* outside : {"http://", "https://", "src=", "<script", "<link", "@import", "url("})
        CHECK(!contains(page, outside));
}

TEST_CASE("report.html shows the verdict, the expectations, the ledger and the latencies") {
    const std::string page = report_html(small_plan(), small_verdict());
    CHECK(contains(page, "badge good\">passed"));
    CHECK(contains(page, "formula 0.998400 within 0.990000 to 0.999000"));
    CHECK(contains(page, "retries exhausted"));
    CHECK(contains(page, "99.50 %"));
    CHECK(contains(page, "160 ms"));
}

TEST_CASE("report.html of a failed run shows what was broken, with its text escaped") {
    Verdict verdict = small_verdict();
    verdict.violation_count = 1;
    verdict.unforgiven_violations = 1;
    verdict.violations = {{Violation::Promise::qos_1, 1, 17, 0, Instant(1500ms), "reading <17> was lost"}};
    const std::string page = report_html(small_plan(), verdict);
    CHECK(contains(page, "badge bad\">failed"));
    CHECK(contains(page, "reading &lt;17&gt; was lost"));
}

TEST_CASE("report.html names the reading by which an expectation fails") {
    Scenario scenario = small_plan();
    scenario.expectations[0].counts_all_undelivered = true;
    Verdict verdict = small_verdict();
    verdict.expectations[0].measures[0].holds = false;
    CHECK(!contains(report_html(scenario, verdict), "first lost"));  // nobody has kept a journal
    verdict.journal.note({.kind = RunEvent::Kind::undelivered,
                          .cause = LossCause::retries_exhausted,
                          .index = 1,
                          .at = Instant{} + 61s,
                          .sequence = 17});
    CHECK(contains(
        report_html(scenario, verdict),
        "; first lost: reading 17 of PT@PS-1-2, due at 00:01:01.000: no copy came through within all retries"));
}

TEST_CASE("report.html says first what came of it, and names the faults") {
    Scenario scenario = small_plan();
    FaultPlan fault;
    fault.id = "F1";
    fault.kind = FaultPlan::Kind::broker_restart;
    fault.at = 2min;
    fault.length = 8s;
    fault.lose_unsynced = true;
    scenario.faults = {fault};
    const std::string page = report_html(scenario, small_verdict());
    CHECK(contains(page, "1 of 1 expectations hold, and no promise was broken, through 1 fault."));
    CHECK(contains(page, "restart of the broker, without what was not synced"));
    CHECK(contains(page, ">00:02:00</td>"));
}
