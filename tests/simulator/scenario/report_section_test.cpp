#include <doctest/doctest.h>

#include "simulator/scenario/packet_selectors.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

std::string report_asked(std::string_view section) {
    return with(R"("broker": {"use": "embedded"},)", R"("report": )" + std::string(section) + ',');
}

}  // namespace

TEST_CASE("without a report section, every file is wanted but a capture") {
    const ReportPlan plan = plan_of(small_scenario).report;
    for (const bool wanted : plan.wanted) CHECK(wanted);
    CHECK(!plan.capture);
    CHECK(!plan.folder);
    CHECK(!plan.interval);
}

TEST_CASE("a report section chooses folder, step and files") {
    const ReportPlan plan =
        plan_of(report_asked(R"({"dir": "runs/{name}/{seed}", "interval": "1s", "files": ["junit.xml",
                {"kind": "pcapng", "on": ["link:PS-01.field", "actor:scada"], "max": "1MiB"}]})"))
            .report;
    CHECK(plan.folder == "runs/small/7");
    CHECK(plan.interval == 1s);
    CHECK(plan.wants(ReportFile::junit_xml));
    CHECK(!plan.wants(ReportFile::report_json));
    REQUIRE(plan.capture);
    CHECK(plan.capture->most_octets == 1U << 20U);
    CHECK(plan.capture->packets.sensors == std::vector<bool>{true, true, false, false});
    CHECK(plan.capture->packets.actors == std::vector<bool>{true});
    CHECK(plan.capture->packets.gateways == std::vector<bool>{false});
}

TEST_CASE("what a report cannot be is refused where it stands") {
    CHECK(refusal(report_asked(R"({"interval": "500ms"})")) ==
          "f.json:8: /report/interval: a run has at most 1000 steps: this one wants 780ms or more");
    CHECK(refusal(report_asked(R"({"files": ["report.jsn"]})")) ==
          R"(f.json:8: /report/files/0: "report.json", "report.html", "junit.xml", "timeline.csv", "events.ndjson", )"
          R"("latency.hgrm" or "latency-from-sent.hgrm" is wanted, got "report.jsn")");
    CHECK(refusal(report_asked(R"({"dir": "{day}"})")) ==
          "f.json:8: /report/dir: {day} is no placeholder here; {name} and {seed} are");
    CHECK(refusal(report_asked(R"({"files": [{"kind": "pcapng", "on": ["link:PS-9.field"]}]})")) ==
          R"(f.json:8: /report/files/0/on/0: nothing matches "link:PS-9.field"; did you mean "PS-01.field"?)");
    CHECK(refusal(report_asked(
              R"({"files": [{"kind": "pcapng", "on": ["link:*"]}, {"kind": "pcapng", "on": ["link:*"]}]})")) ==
          R"(f.json:8: /report/files/1: one capture is wanted; "on" takes several selectors)");
}

TEST_CASE("a sensor is selected on both sides of its gateway, a gateway with its sensors and connections") {
    const Scenario scenario = plan_of(small_scenario);
    PacketSelection selection;
    CHECK(select_packets(scenario, "sensor:PT@PS-02-1", selection));
    CHECK(selection.sensors == std::vector<bool>{false, false, true, false});
    CHECK(selection.clients == std::set<std::string, std::less<>>{"PT@PS-02-1"});
    CHECK(selection.gateways == std::vector<bool>{false});
    CHECK(select_packets(scenario, "gateway:gw-?", selection));
    CHECK(selection.sensors == std::vector<bool>(4, true));
    CHECK(selection.gateways == std::vector<bool>{true});

    PacketSelection sessions;
    CHECK(select_packets(scenario, "broker", sessions));
    CHECK(sessions.clients.size() == 6);  // four sensors, the gateway's own, the actor
    CHECK(sessions.sensors == std::vector<bool>(4, false));
    CHECK(select_packets(scenario, "pump:1", sessions).error().starts_with("a selector is wanted, like sensor:"));
}
