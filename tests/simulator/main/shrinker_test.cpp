#include "simulator/main/shrinker.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace trunkline::sim;
using Json = Shrinker::Json;

namespace {

Json scenario() {
    return Json::parse(R"({
        "phases": {"warmup": "1m", "run": "20m", "drain": "2m"},
        "links": {"radio": {"delay": "50ms", "loss": {"p": 0.1}}, "fiber": {"delay": "4ms"}},
        "stations": [{"id": "PS-{n}", "repeat": {"n": [1, 40]}, "field": "radio"}],
        "sensors": [{"id": "PT", "count": 12, "will": {}}, {"id": "TT", "count": 5}],
        "faults": [{"id": "F1", "at": "2m", "for": "1m"}, {"id": "F2", "at": "9m", "for": "3m"}, {"id": "F3", "at": "15m"}],
        "expect": [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    })");
}

bool told_to_stop() { return false; }

/// What a candidate that fails is played as: itself.
Shrinker shrinker(Json scenario, const std::function<bool(const Json&)>& still_fails, std::uint64_t threads = 1) {
    return Shrinker(std::move(scenario), threads, [still_fails](Json candidate, const IsWorth&) {
        return still_fails(candidate) ? std::optional(std::move(candidate)) : std::nullopt;
    });
}

const Json* find(const Json& list, const std::string& id) {
    for (const Json& each : list) {
        if (each.value("id", "") == id) return &each;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("what the failure does not need is left out: elements of lists, copies, keys, time") {
    const auto still_fails = [](const Json& candidate) {
        if (!candidate.contains("faults") || !candidate.contains("sensors") || !candidate.contains("phases"))
            return false;
        const Json* fault = find(candidate["faults"], "F2");
        const Json* sensor = find(candidate["sensors"], "PT");
        return fault != nullptr && sensor != nullptr && sensor->value("count", 1) >= 7 &&
               candidate["phases"].contains("run");
    };
    Shrinker alone = shrinker(scenario(), still_fails);
    const Json small = alone.shrink(told_to_stop);
    CHECK(small == Json::parse(R"({
        "phases": {"warmup": "0s", "run": "0s", "drain": "0s"},
        "sensors": [{"id": "PT", "count": 7}],
        "faults": [{"id": "F2"}]
    })"));
    Shrinker threads = shrinker(scenario(), still_fails, 3);
    CHECK(threads.shrink(told_to_stop) == small);
    CHECK(threads.tries() == alone.tries());
}

TEST_CASE("of chosen sensors and of stations those are left that the failure needs, and no list is dropped") {
    Json whole = scenario();
    whole["sensors"][0]["only"] = {"a", "b", "c", "d", "e"};
    const auto still_fails = [](const Json& candidate) {
        if (!candidate.contains("stations") || candidate["stations"].empty() || !candidate.contains("sensors"))
            return false;
        const Json* sensor = find(candidate["sensors"], "PT");
        const Json range = candidate["stations"][0].value(Json::json_pointer("/repeat/n"), Json::array({0, 0}));
        if (sensor == nullptr || range[0] > 7 || range[1] < 7) return false;
        const Json only = sensor->value("only", Json::array({"b", "e"}));  // without the list, there are all
        return std::count(only.begin(), only.end(), "b") + std::count(only.begin(), only.end(), "e") == 2;
    };
    const Json small = shrinker(whole, still_fails).shrink(told_to_stop);
    CHECK(small["sensors"] == Json::parse(R"([{"id": "PT", "only": ["b", "e"]}])"));
    CHECK(small["stations"][0]["repeat"]["n"] == Json::array({7, 7}));
}

TEST_CASE("a candidate is kept as it was played, and what has gone with it is not missed") {
    const auto trial = [](Json candidate, const IsWorth&) -> std::optional<Json> {
        if (candidate["sensors"].empty() || !candidate["faults"].is_array()) return std::nullopt;
        if (candidate["faults"].size() > 1) candidate["faults"].erase(1);
        return candidate;
    };
    const Json small = Shrinker(scenario(), 1, trial).shrink(told_to_stop);
    CHECK(small["faults"].empty());
    CHECK(small["sensors"].size() == 1);
}

TEST_CASE("of several candidates the first that fails is kept, whatever the number of threads") {
    for (const std::uint64_t threads : {1U, 2U, 4U}) {
        Shrinker two_will_do = shrinker(
            scenario(), [](const Json& candidate) { return candidate == 5 || candidate == 9; }, threads);
        const auto number = [](std::size_t at) { return Json(at); };
        CHECK(two_will_do.keep_first(20, number) == 5);
        CHECK(two_will_do.tries() == 6);
        CHECK(!two_will_do.keep_first(5, number));
        CHECK(two_will_do.tries() == 11);
        CHECK(two_will_do.shrink([] { return true; }) == 5);
    }
}

TEST_CASE("times go as far down as the failure allows, to a thousandth of what they were") {
    const auto still_fails = [](const Json& candidate) {
        return candidate.contains("phases") && candidate["phases"].value("run", "") >= std::string("1") &&
               candidate["phases"]["run"].get<std::string>().find('m') != std::string::npos;
    };
    const Json small = shrinker(scenario(), still_fails).shrink(told_to_stop);
    const std::string run = small["phases"]["run"];
    CAPTURE(run);
    CHECK(run.starts_with("1m"));
}

TEST_CASE("what needs everything stays as it is, and a stop ends the search") {
    const Json whole = scenario();
    CHECK(shrinker(whole, [&](const Json& candidate) { return candidate == whole; }).shrink(told_to_stop) == whole);
    CHECK(shrinker(whole, [](const Json&) { return true; }).shrink([] { return true; }) == whole);
}
