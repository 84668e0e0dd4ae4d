#include "simulator/main/shrinker.hpp"

#include <doctest/doctest.h>

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

bool never() { return false; }

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
    const Json small = Shrinker(scenario(), still_fails).shrink(never);
    CHECK(small == Json::parse(R"({
        "phases": {"warmup": "0s", "run": "0s", "drain": "0s"},
        "sensors": [{"id": "PT", "count": 7}],
        "faults": [{"id": "F2"}]
    })"));
}

TEST_CASE("times go as far down as the failure allows, to a thousandth of what they were") {
    const auto still_fails = [](const Json& candidate) {
        return candidate.contains("phases") && candidate["phases"].value("run", "") >= std::string("1") &&
               candidate["phases"]["run"].get<std::string>().find('m') != std::string::npos;
    };
    const Json small = Shrinker(scenario(), still_fails).shrink(never);
    const std::string run = small["phases"]["run"];
    CAPTURE(run);
    CHECK(run.starts_with("1m"));
}

TEST_CASE("what needs everything stays as it is, and a stop ends the search") {
    const Json whole = scenario();
    CHECK(Shrinker(whole, [&](const Json& candidate) { return candidate == whole; }).shrink(never) == whole);
    CHECK(Shrinker(whole, [](const Json&) { return true; }).shrink([] { return true; }) == whole);
}
