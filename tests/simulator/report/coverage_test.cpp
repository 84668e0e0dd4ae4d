#include "simulator/report/coverage.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario asking_for(std::vector<NamedEvent> events, ExpectationPlan::Kind kind = ExpectationPlan::Kind::sometimes) {
    Scenario scenario;
    ExpectationPlan plan;
    plan.id = "it-happened";
    plan.kind = kind;
    plan.events = std::move(events);
    scenario.expectations.push_back(plan);
    return scenario;
}

Verdict with_event(NamedEvent event) {
    Verdict verdict;
    verdict.events[static_cast<std::size_t>(event)] = 3;
    return verdict;
}

}  // namespace

TEST_CASE("what happened with one seed has happened sometimes; what happened with none is told") {
    const Scenario scenario = asking_for({NamedEvent::sensor_slept, NamedEvent::will_fired, NamedEvent::sensor_lost});
    Coverage coverage(scenario);
    CHECK(coverage.unmet().size() == 3);
    coverage.add(with_event(NamedEvent::sensor_slept));
    coverage.add(with_event(NamedEvent::will_fired));
    REQUIRE(coverage.unmet().size() == 1);
    CHECK(coverage.unmet()[0].expectation == "it-happened");
    CHECK(coverage.unmet()[0].event == "sensor.lost");
    CHECK(coverage.unmet_text() == "FAIL  it-happened: sometimes sensor.lost, but with none of 2 seeds\n");
    const std::string all = std::to_string(event_names.size());
    CHECK(coverage.text() ==
          "coverage: 2 of 3 events that are to happen sometimes did; 2 of all " + all + " named events happened\n");
    coverage.add(with_event(NamedEvent::sensor_lost));
    coverage.add(with_event(NamedEvent::disk_was_full));  // nobody asks for it
    CHECK(coverage.text() ==
          "coverage: 3 of 3 events that are to happen sometimes did; 4 of all " + all + " named events happened\n");
    CHECK(coverage.unmet().empty());
    CHECK(coverage.unmet_text().empty());
}

TEST_CASE("what must always or never happen is each run's own matter") {
    const Scenario always = asking_for({NamedEvent::sensor_slept}, ExpectationPlan::Kind::always);
    CHECK(Coverage(always).unmet().empty());
    CHECK(Coverage(always).text().starts_with("coverage: 0 of all "));
    Verdict verdict;
    verdict.expectations.push_back({"it-happened", ExpectationPlan::Kind::sometimes, 0, {Measure{}}});
    CHECK(!verdict.passed());
    CHECK(verdict.passed_as_one_of_many());
    verdict.expectations.back().kind = ExpectationPlan::Kind::always;
    CHECK(!verdict.passed_as_one_of_many());
}
