// What "chaos" draws, and what it may not say.

#include "simulator/scenario/chaos_section.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "simulator/scenario/chaos_faults.hpp"
#include "simulator/scenario/scenario_document.hpp"
#include "simulator/scenario/scenario_reader.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

std::string chaotic(std::string_view keys, std::string_view more = {}) {
    return with(R"("expect": [)", R"("chaos": {)" + std::string(keys) + "}, " + std::string(more) + R"("expect": [)");
}

Scenario drawn(std::string_view keys, std::uint64_t seed) {
    ReadOptions options;
    options.seed = seed;
    options.overrides = {"expect=[]"};
    return read_scenario(chaotic(keys), "f.json", options);
}

}  // namespace

TEST_CASE("chaos draws every kind of fault, within the run phase, and the same for the same seed") {
    std::set<FaultPlan::Kind> kinds;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Scenario scenario = drawn(R"("settle": "2m", "per_hour": 120)", seed);
        REQUIRE(scenario.chaos.has_value());
        CHECK(scenario.chaos->settle == Duration(2min));
        CHECK(scenario.settled_at() == 13min);
        CHECK(scenario.chaos->faults.size() == scenario.faults.size());
        for (const FaultPlan& fault : scenario.faults) {
            kinds.insert(fault.kind);
            CHECK(fault.at >= scenario.warmup);
            CHECK(fault.ends() <= scenario.sampling_ends());
        }
        CHECK(drawn(R"("settle": "2m", "per_hour": 120)", seed).chaos->faults == scenario.chaos->faults);
    }
    CHECK(kinds.size() == static_cast<std::size_t>(FaultPlan::Kind::skew));  // all but the pipe's and new addresses
    CHECK(drawn(R"("settle": "2m", "per_hour": 120)", 1).chaos->faults !=
          drawn(R"("settle": "2m", "per_hour": 120)", 2).chaos->faults);
}

TEST_CASE("new addresses are drawn where the mix names them") {
    bool is_new_host[2] = {};
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        for (const FaultPlan& fault :
             drawn(R"("settle": "2m", "per_hour": 60, "mix": {"new-address": 1})", seed).faults) {
            REQUIRE(fault.kind == FaultPlan::Kind::new_address);
            CHECK(!fault.sensors.empty());
            is_new_host[fault.is_new_host ? 1 : 0] = true;
        }
    }
    CHECK(is_new_host[0]);
    CHECK(is_new_host[1]);
}

TEST_CASE("a mix draws its kinds only, as often as it says") {
    std::size_t downs = 0;
    std::size_t storms = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        for (const FaultPlan& fault :
             drawn(R"("settle": "2m", "per_hour": 60, "mix": {"down": 3, "connect-storm": 1, "kick": 0})", seed)
                 .faults) {
            if (fault.kind == FaultPlan::Kind::station_down) ++downs;
            else if (fault.kind == FaultPlan::Kind::connect_storm) ++storms;
            else FAIL("another kind");
        }
    }
    // 500 in the mean, of which three in four are down.
    CHECK(downs + storms > 420);
    CHECK(downs + storms < 580);
    CHECK(downs > 2 * storms);
    CHECK(downs < 5 * storms);
}

TEST_CASE("knobs turn about a quarter of what there is, and each is a value that the file could have") {
    const std::string keys = R"("settle": "2m", "knobs": true)";
    std::size_t turned = 0;
    std::set<Duration> keep_alives;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const Scenario scenario = drawn(keys, seed);
        turned += scenario.chaos->knobs.size();
        keep_alives.insert(scenario.sensors[0].keep_alive);
        CHECK(drawn(keys, seed).chaos->knobs == scenario.chaos->knobs);
    }
    // 4 of the sensors, 3 of the gateway, 4 of the broker, for a hundred seeds.
    CHECK(turned > 200);
    CHECK(turned < 350);
    CHECK(keep_alives.size() == 5);
    CHECK(drawn(R"("settle": "2m")", 1).chaos->knobs.empty());
    CHECK(!drawn(R"("settle": "2m", "knobs": true, "per_hour": 60, "enabled": false)", 1).chaos.has_value());
}

TEST_CASE("what chaos has drawn can be written out, and plays the same") {
    const std::string text = chaotic(R"("settle": "2m", "per_hour": 60, "knobs": true)");
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        ReadOptions options;
        options.seed = seed;
        options.overrides = {"expect=[]"};
        const Scenario before = read_scenario(text, "f.json", options);
        auto document = nlohmann::ordered_json::parse(text);
        const std::string written = chaos_written_out(document, before).dump();
        const Scenario after = read_scenario(written, "f.json", options);
        CHECK(after.chaos->faults.empty());
        CHECK(after.chaos->settle == before.chaos->settle);
        REQUIRE(after.faults.size() == before.faults.size());
        for (std::size_t at = 0; at < after.faults.size(); ++at) {
            CHECK(after.faults[at].kind == before.faults[at].kind);
            CHECK(after.faults[at].at == before.faults[at].at);
            CHECK(after.faults[at].length == before.faults[at].length);
            CHECK(after.faults[at].sensors == before.faults[at].sensors);
            CHECK(after.faults[at].spells.size() == before.faults[at].spells.size());
        }
        CHECK(after.sensors[0].keep_alive == before.sensors[0].keep_alive);
        CHECK(after.broker.queue_limit == before.broker.queue_limit);
        CHECK(after.gateways[0].limits.downlink_messages == before.gateways[0].limits.downlink_messages);
    }
}

TEST_CASE("what chaos may not say") {
    const auto line = [](const std::string& text) {
        const std::string all = refusal(text);
        return all.substr(all.find(": ") + 2);
    };
    CHECK(line(chaotic(R"("per_hour": 3)")) == "/chaos: the key \"settle\" is missing");
    CHECK(line(chaotic(R"("settle": "3m")")) ==
          "/chaos/settle: a time within the drain is wanted, which lasts 2m, got 3m");
    CHECK(line(chaotic(R"("settle": "1m", "mix": {"dwon": 1})")) ==
          "/chaos/mix/dwon: unknown key; did you mean \"down\"?");
    CHECK(line(chaotic(R"("settle": "1m", "mix": {"down": 0})")).starts_with("/chaos/mix: at least one kind"));
    CHECK(line(chaotic(R"("settle": "1m")",
                       R"("faults": [{"id": "F", "at": "9m", "for": "2m", "do": "down", "on": "station:PS-02"}], )"))
              .starts_with("/chaos: faults that end with the run phase are wanted, \"F\" ends at 12m of 11m"));
}
