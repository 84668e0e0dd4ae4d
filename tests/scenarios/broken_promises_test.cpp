// Promises that are broken on purpose, some times in a pipeline's bad day: the oracle finds each, and names what is
// true.

#include <doctest/doctest.h>

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/devices/reading.hpp"
#include "simulator/plan/durations.hpp"
#include "tests/scenarios/plant.hpp"
#include "tests/scenarios/scenario_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t most_seeds = 20;

/// A violation, and the lapse that it is about.
struct Case {
    const Scenario& scenario;
    const Violation& violation;
    const Lapse& lapse;

    const SensorPlan& sensor() const { return scenario.sensors[violation.sensor]; }
    const std::string& actor() const { return scenario.actors[violation.actor].id; }
    bool is_of_rtu() const { return violation.actor == no_actor; }
    /// Whose session it is about.
    const std::string& client() const { return is_of_rtu() ? sensor().id : actor(); }
    std::uint64_t sequence() const {
        const auto reading = parse_reading(lapse.payload);
        return reading ? reading->sequence : 0;
    }
    bool says(std::string_view words) const { return violation.text.find(words) != std::string::npos; }
    bool says(Instant moment) const { return says(clock_text(moment)); }
    /// So long after the lapse that only messages on their way lie between.
    bool follows_at_once() const { return violation.at >= lapse.at && violation.at < lapse.at + 5s; }
};

/// Whether they belong together: the violation names what the lapse did.
using IsAbout = bool (*)(const Case&);

/// Runs the day, or another scenario, with one seed after the other until a violation of this promise is about a lapse;
/// prints it.
void expect_found(const char* name, const Plant& planted, std::vector<Violation::Promise> promises, IsAbout is_about,
                  const char* file = "pipeline-day.json") {
    for (std::uint64_t seed = 1; seed <= most_seeds; ++seed) {
        Plant plant = planted;
        ReadOptions options;
        options.seed = seed;
        const ScenarioRun day(file, options, TraceDetail::checkpoints, plant.defects());
        for (const Violation& violation : day.verdict.violations) {
            if (std::find(promises.begin(), promises.end(), violation.promise) == promises.end()) continue;
            for (const Lapse& lapse : plant.lapses()) {
                const Case found{day.scenario, violation, lapse};
                if (!is_about(found)) continue;
                std::cout << name << " | seed " << seed << " | " << clock_text(violation.at) << " | " << violation.text
                          << std::endl;
                CHECK(!day.verdict.passed());
                CHECK(found.says("(seed " + std::to_string(seed) + ')'));
                return;
            }
        }
        std::cout << name << " | seed " << seed << " | " << plant.lapses().size() << " lapses, "
                  << day.verdict.violation_count << " violations, none about them" << std::endl;
        for (std::size_t at = 0; at < 3 && at < day.verdict.violations.size(); ++at)
            std::cout << "    " << day.verdict.violations[at].text << std::endl;
    }
    FAIL(name << ": not found with " << most_seeds << " seeds");
}

bool is_about_reading(const Case& found, std::uint64_t sequence) {
    return found.violation.sensor != no_sensor && found.lapse.topic == found.sensor().topic &&
           found.violation.sequence == sequence && found.says(found.sensor().id) && found.says(found.lapse.topic);
}

bool is_session_named(const Case& found) {
    return found.client() == found.lapse.client_id && found.follows_at_once() && found.says(found.lapse.client_id) &&
           found.says(found.violation.at);
}

Instant power_fails(const Scenario& scenario) {
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.id == "F4-broker") return Instant(fault.at);
    }
    return {};
}

}  // namespace

TEST_CASE("planted: the broker acknowledges before it has stored") {
    Plant plant;
    plant.write_behind = 1s;
    expect_found("acknowledges before storing", plant, {Violation::Promise::qos_1, Violation::Promise::qos_2},
                 [](const Case& found) {
                     const Instant failure = power_fails(found.scenario);
                     return is_about_reading(found, found.sequence()) && found.says(failure) &&
                            found.violation.at <= failure && found.violation.at > failure - 5s;
                 });
}

TEST_CASE("planted: the broker skips a will") {
    expect_found("skips a will", Plant(broker::BrokerPromise::will_is_published, 2), {Violation::Promise::will},
                 [](const Case& found) {
                     return found.lapse.client_id == found.sensor().id && found.says(found.lapse.client_id) &&
                            found.says(found.lapse.topic) && found.says(found.lapse.at);
                 });
}

TEST_CASE("planted: the broker publishes a will that DISCONNECT has called off") {
    expect_found(
        "publishes a will that was called off", Plant(broker::BrokerPromise::will_is_called_off, 1),
        {Violation::Promise::will},
        [](const Case& found) {
            return found.lapse.client_id == found.sensor().id && found.follows_at_once() &&
                   found.says(found.lapse.topic) && found.says("nobody held it since its DISCONNECT");
        },
        "wills/maintenance.json");
}

TEST_CASE("planted: the broker delivers a QoS 2 message twice") {
    expect_found("delivers a QoS 2 message twice", Plant(broker::BrokerPromise::qos_2_comes_once, 1'000),
                 {Violation::Promise::qos_2}, [](const Case& found) {
                     return is_about_reading(found, found.sequence()) && found.actor() == found.lapse.client_id &&
                            found.follows_at_once() && found.says(found.violation.at);
                 });
}

TEST_CASE("planted: the broker breaks the order") {
    expect_found("breaks the order", Plant(broker::BrokerPromise::order_is_kept, 5'000), {Violation::Promise::order},
                 [](const Case& found) {
                     return found.lapse.topic == found.sensor().topic && found.actor() == found.lapse.client_id &&
                            found.violation.sequence < found.sequence() && found.violation.at > found.lapse.at &&
                            found.says("after number " + std::to_string(found.sequence())) &&
                            is_about_reading(found, found.violation.sequence);
                 });
}

TEST_CASE("planted: the broker keeps a stale retained value") {
    expect_found("keeps a stale retained value", Plant(broker::BrokerPromise::retained_is_newest, 50),
                 {Violation::Promise::retained}, [](const Case& found) {
                     return is_about_reading(found, found.violation.sequence) && found.violation.at > found.lapse.at &&
                            found.says("number " + std::to_string(found.sequence()) + " was acknowledged");
                 });
}

TEST_CASE("planted: the broker forgets a session") {
    expect_found("forgets an actor's session", Plant(broker::BrokerPromise::session_is_kept, 3),
                 {Violation::Promise::session},
                 [](const Case& found) { return !found.is_of_rtu() && is_session_named(found); });
    expect_found("forgets an RTU's session", Plant(broker::BrokerPromise::session_is_kept, 3),
                 {Violation::Promise::session},
                 [](const Case& found) { return found.is_of_rtu() && is_session_named(found); });
}

TEST_CASE("planted: the broker resurrects a session") {
    expect_found("resurrects a session", Plant(broker::BrokerPromise::session_ends_in_time, 2),
                 {Violation::Promise::session}, [](const Case& found) {
                     return found.client() == found.lapse.client_id && found.violation.at > found.lapse.at &&
                            found.says("must not exist") && found.says(found.violation.at);
                 });
}

TEST_CASE("planted: the gateway forgets a registration") {
    expect_found("forgets a registration", Plant(gateway::GatewayPromise::registration_is_kept, 100'000),
                 {Violation::Promise::registration}, [](const Case& found) {
                     return found.sensor().id == found.lapse.client_id && found.follows_at_once() &&
                            is_about_reading(found, found.sequence()) && found.says(found.violation.at);
                 });
}

TEST_CASE("planted: the gateway answers PINGRESP early") {
    expect_found("answers PINGRESP early", Plant(gateway::GatewayPromise::pingresp_comes_last, 10),
                 {Violation::Promise::pingresp}, [](const Case& found) {
                     return found.sensor().id == found.lapse.client_id && found.follows_at_once() &&
                            found.says(found.lapse.client_id) && found.says(found.lapse.topic) &&
                            found.says(found.lapse.payload) && found.says(found.violation.at);
                 });
}
