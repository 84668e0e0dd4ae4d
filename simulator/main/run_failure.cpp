#include "simulator/main/run_failure.hpp"

#include <algorithm>

#include "simulator/report/culprit.hpp"

namespace trunkline::sim {

namespace {

std::string sensor_id(const Scenario& scenario, std::size_t sensor) {
    return sensor == no_sensor ? std::string() : scenario.sensors[sensor].id;
}

std::string actor_id(const Scenario& scenario, std::size_t actor) {
    return actor == no_actor ? std::string() : scenario.actors[actor].id;
}

RunFailure broken_promise(const Scenario& scenario, const std::vector<Violation>& violations) {
    // Of a flood of broken promises only the first are told; none of those may be what fails the run.
    const auto unforgiven =
        std::find_if(violations.begin(), violations.end(), [](const Violation& each) { return !each.is_forgiven; });
    const Violation& violation = unforgiven != violations.end() ? *unforgiven : violations.front();
    RunFailure failure;
    failure.promise = violation.promise;
    failure.sensor = sensor_id(scenario, violation.sensor);
    failure.actor = actor_id(scenario, violation.actor);
    failure.over_by = violation.at.time_since_epoch();
    return failure;
}

}  // namespace

std::string RunFailure::text() const {
    if (promise) {
        const std::string& subject = sensor.empty() ? actor : sensor;
        return "the promise \"" + std::string(name_of(*promise)) + "\" is broken" +
               (subject.empty() ? "" : " for " + subject);
    }
    const std::string by = cause ? " (" + sensor + ": " + std::string(text_of(*cause)) + ')' : "";
    return "the expectation \"" + expectation + "\" fails" + by;
}

std::optional<RunFailure> failure_of(const Scenario& scenario, const Verdict& verdict) {
    if (verdict.passed_as_one_of_many()) return std::nullopt;
    if (verdict.unforgiven_violations != 0) return broken_promise(scenario, verdict.violations);
    const auto failing = std::find_if(verdict.expectations.begin(), verdict.expectations.end(),
                                      [](const ExpectationResult& each) { return !each.holds_as_one_of_many(); });
    RunFailure failure;
    failure.expectation = failing->id;
    const auto place = static_cast<std::size_t>(failing - verdict.expectations.begin());
    if (const std::optional<Culprit> culprit = culprit_of(scenario, verdict, place)) {
        failure.cause = culprit->cause;
        failure.sensor = scenario.sensors[culprit->sensor].id;
        failure.over_by = culprit->until.time_since_epoch();
    }
    return failure;
}

bool fails_by(const RunFailure& failure, const Scenario& scenario, const Verdict& verdict) {
    if (failure.promise) {
        return std::any_of(verdict.violations.begin(), verdict.violations.end(), [&](const Violation& each) {
            return each.promise == *failure.promise && !each.is_forgiven &&
                   sensor_id(scenario, each.sensor) == failure.sensor &&
                   actor_id(scenario, each.actor) == failure.actor;
        });
    }
    for (std::size_t at = 0; at < verdict.expectations.size(); ++at) {
        const ExpectationResult& each = verdict.expectations[at];
        if (each.id != failure.expectation || each.holds()) continue;
        return !failure.cause || loses_by(scenario, verdict, at, *failure.cause, failure.sensor);
    }
    return false;
}

}  // namespace trunkline::sim
