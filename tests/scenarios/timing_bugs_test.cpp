// Bugs that show at borders only, which no reasonable setting meets: drawn limits and times find each of them, in a
// small scenario with chaos.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <string>

#include "tests/scenarios/plant.hpp"
#include "tests/scenarios/scenario_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::uint64_t most_knob_seeds = 200;  // of the 20,000 that it may take

using Promise = Violation::Promise;

ReadOptions valves(std::uint64_t seed, bool with_knobs) {
    ReadOptions options;
    options.seed = seed;
    if (!with_knobs) options.overrides = {"chaos.knobs=false"};
    return options;
}

/// A violation of this promise that names the client or the topic of a lapse.
const Violation* found(const ScenarioRun& run, const Plant& plant, Promise promise) {
    for (const Violation& violation : run.verdict.violations) {
        if (violation.promise != promise) continue;
        const auto is_about = [&](const Lapse& lapse) {
            const std::string& name = lapse.topic.empty() ? lapse.client_id : lapse.topic;
            return violation.text.find(name) != std::string::npos;
        };
        if (std::any_of(plant.lapses().begin(), plant.lapses().end(), is_about)) return &violation;
    }
    return nullptr;
}

/// The first seed with which it is found.
std::uint64_t seed_that_finds(const char* name, const Plant& planted, Promise promise) {
    for (std::uint64_t seed = 1; seed <= most_knob_seeds; ++seed) {
        Plant plant = planted;
        const ScenarioRun run("chaos/valves.json", valves(seed, true), TraceDetail::checkpoints, plant.defects());
        const Violation* const violation = found(run, plant, promise);
        if (violation == nullptr) continue;
        std::cout << name << " | seed " << seed << " | " << violation->text << std::endl;
        CHECK(!run.verdict.passed());
        return seed;
    }
    FAIL(name << ": not found with " << most_knob_seeds << " seeds");
    return 0;
}

}  // namespace

TEST_CASE("knobs find: silence is borne for one Keep Alive only") {
    seed_that_finds("silence", Plant(broker::BrokerPromise::silence_is_borne, 1), Promise::will);
}

TEST_CASE("knobs find: what has to wait for the window is forgotten, and without them nothing has to") {
    const Plant planted(broker::BrokerPromise::window_loses_nothing, 1);
    const std::uint64_t seed = seed_that_finds("window", planted, Promise::qos_1);
    Plant plant = planted;
    const ScenarioRun run("chaos/valves.json", valves(seed, false), TraceDetail::checkpoints, plant.defects());
    CHECK(plant.lapses().empty());
    CHECK(run.verdict.passed_as_one_of_many());
}

TEST_CASE("knobs find: what a full queue drops is not told, and without them none is full") {
    const Plant planted(broker::BrokerPromise::drops_are_told, 1);
    const std::uint64_t seed = seed_that_finds("full queue", planted, Promise::qos_1);
    Plant plant = planted;
    const ScenarioRun run("chaos/valves.json", valves(seed, false), TraceDetail::checkpoints, plant.defects());
    CHECK(plant.lapses().empty());
}

TEST_CASE("knobs find: a gateway whose room is used up acknowledges and forgets") {
    const Plant planted(gateway::GatewayPromise::accepted_is_stored, 1);
    const std::uint64_t seed = seed_that_finds("full store", planted, Promise::qos_1);
    Plant plant = planted;
    const ScenarioRun run("chaos/valves.json", valves(seed, false), TraceDetail::checkpoints, plant.defects());
    CHECK(plant.lapses().empty());
}

TEST_CASE("knobs find: a QoS 2 message that is repeated while it is under way is taken for another one") {
    seed_that_finds("repeated", Plant(gateway::GatewayPromise::repeats_are_known, 1), Promise::qos_2);
}
