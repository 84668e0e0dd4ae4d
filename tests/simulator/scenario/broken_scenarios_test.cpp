// Scenarios with one mistake each, and the line that the user reads.

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "simulator/scenario/scenario_reader.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace trunkline::sim;

namespace {

struct Broken {
    std::string_view before;  // in the small scenario
    std::string_view after;   // instead of it
    std::string_view line;    // what is said
};

void check(std::initializer_list<Broken> table) {
    for (const Broken& broken : table) CHECK(refusal(with(broken.before, broken.after)) == broken.line);
}

}  // namespace

// clang-format off: a row is a mistake and its line.

TEST_CASE("broken scenario: unknown keys name the nearest known one") {
    check({
        {R"("sample": "15s")", R"("samle": "15s")",
         R"(f.json:18: /sensors/0/samle: unknown key; did you mean "sample"?)"},
        {R"("seed": 7)", R"("sede": 7)", R"(f.json:4: /sede: unknown key; did you mean "seed"?)"},
        {R"("trunkline": 1)", R"("trunkline": 1, "colour": "red")",
         R"(f.json:2: /colour: unknown key; "trunkline", "name", "seed", "clock", "phases", "vars", "broker", "gateways" and 11 more are available)"},
        {R"("jitter": "20ms")", R"("jiter": "20ms")",
         R"(f.json:11: /links/radio/delay/jiter: unknown key; did you mean "jitter"?)"},
        {R"("max": 0.5)", R"("maximum": 0.5)",
         R"(f.json:27: /expect/0/dup_ratio/maximum: unknown key; "max" is available)"},
    });
}

TEST_CASE("broken scenario: what a later version has is refused by name") {
    check({
        {R"("of": "sensor:*")", R"("of": {"of": "sensor:*", "pick": 0.5})",
         R"(f.json:27: /expect/0/of: a selector "sensor:GLOB" is wanted; only "on" of a fault can "pick")"},
        {R"({"filter": "line/#", "qos": 1})", R"({"filter": "line/#", "no_local": true})",
         R"(f.json:24: /actors/0/subscribe/0/no_local: not available in this version; leave it out)"},
    });
}

TEST_CASE("broken scenario: wrong units and impossible values say what would be right") {
    check({
        {R"("p": 0.2)", R"("p": 1.5)",
         R"(f.json:11: /links/radio/loss/p: a probability from 0 to 1 is wanted, got 1.5 (from $p))"},
        {R"("p": "$p")", R"("p": -0.1)",
         R"(f.json:11: /links/radio/loss/p: a probability from 0 to 1 is wanted, got -0.1)"},
        {R"("p": "$p")", R"("p": "a fifth")",
         R"(f.json:11: /links/radio/loss/p: a probability from 0 to 1 is wanted, got "a fifth")"},
        {R"("run": "10m")", R"("run": "10min")",
         R"(f.json:6: /phases/run: a duration from 1s to 366d is wanted, like "90s", "10m", "1h30m" or "250ms", got "10min": "min" is no unit (ns, us, ms, s, m, h, d))"},
        {R"("run": "10m")", R"("run": 600)",
         R"(f.json:6: /phases/run: a duration from 1s to 366d is wanted, like "90s", "10m", "1h30m" or "250ms", got 600)"},
        {R"("run": "10m")", R"("run": "10")",
         R"(f.json:6: /phases/run: a duration from 1s to 366d is wanted, like "90s", "10m", "1h30m" or "250ms", got "10": it has no unit (ns, us, ms, s, m, h, d))"},
        {R"("run": "10m")", R"("run": "0s")",
         R"(f.json:6: /phases/run: a duration from 1s to 366d is wanted, like "90s", "10m", "1h30m" or "250ms", got "0s")"},
        {R"("run": "10m")", R"("run": "1.5h")",
         R"(f.json:6: /phases/run: a duration from 1s to 366d is wanted, like "90s", "10m", "1h30m" or "250ms", got "1.5h": it has a fraction; take the next smaller unit, as in "1500ms")"},
        {R"("run": "10m")", R"("run": "30m1h")",
         R"(f.json:6: /phases/run: a duration from 1s to 366d is wanted, like "90s", "10m", "1h30m" or "250ms", got "30m1h": larger units come first, each at most once)"},
        {R"("jitter": "20ms")", R"("jitter": "51ms")",
         R"(f.json:11: /links/radio/delay/jitter: a duration from 0s to 50ms is wanted, like "90s", "10m", "1h30m" or "250ms", got "51ms")"},
        {R"("keepalive": "90s")", R"("keepalive": "1500ms")",
         R"(f.json:19: /sensors/0/session/keepalive: whole seconds are wanted, got "1500ms")"},
        {R"("keepalive": "90s")", R"("keepalive": "19h")",
         R"(f.json:19: /sensors/0/session/keepalive: a duration from 1s to 18h12m15s is wanted, like "90s", "10m", "1h30m" or "250ms", got "19h")"},
        {R"("count": 2)", R"("count": 0)",
         R"(f.json:17: /sensors/0/count: a whole number from 1 to 1000000 is wanted, got 0 (from $count))"},
        {R"("count": 2)", R"("count": 2.5)",
         R"(f.json:17: /sensors/0/count: a whole number from 1 to 1000000 is wanted, got 2.5 (from $count))"},
        {R"("count": 2)", R"("count": 600000)",
         R"(f.json:17: /sensors/0/count: at most 1000000 sensors are wanted in all, got 1200000)"},
        {R"("sample": "15s")", R"("sample": "0s")",
         R"(f.json:18: /sensors/0/sample: a duration from 1ms to 31d is wanted, like "90s", "10m", "1h30m" or "250ms", got "0s")"},
        {R"("n": 4)", R"("n": 101)",
         R"(f.json:19: /sensors/0/retry/n: a whole number from 0 to 100 is wanted, got 101)"},
        {R"("loss": {"model": "bernoulli", "p": "$p"})", R"("loss": 0.2)",
         R"(f.json:11: /links/radio/loss: a loss model is wanted, like {"model": "bernoulli", "p": 0.2}, got 0.2)"},
        {R"("start": "2026-01-15T06:00:00Z")", R"("start": "2026-02-30T06:00:00Z")",
         R"(f.json:5: /clock/start: a time in UTC is wanted, like "2026-01-15T06:00:00Z", got "2026-02-30T06:00:00Z")"},
        {R"("mode": "virtual")", R"("mode": "fast")",
         R"(f.json:5: /clock/mode: "virtual" or "real" is wanted, got "fast")"},
        {R"("seed": 7)", R"("seed": -7)",
         R"(f.json:4: /seed: a whole number from 0 to 18446744073709551615 is wanted, got -7)"},
        {R"("trunkline": 1)", R"("trunkline": 2)",
         R"(f.json:2: /trunkline: a whole number from 1 to 1 is wanted, got 2)"},
        {R"("name": "small")", R"("name": "../small")",
         R"(f.json:3: /name: a name of 1 to 64 letters, digits, "-", "_" and "." is wanted, not starting with ".", got "../small")"},
        {R"("clean": false, "keepalive")", R"("clean": "no", "keepalive")",
         R"(f.json:19: /sensors/0/session/clean: true or false is wanted, got "no")"},
        {R"("confidence": 0.99)", R"("confidence": 0.98)",
         R"(f.json:28: /expect/1/confidence: 0.9, 0.95, 0.99, 0.999 or 0.9999 is wanted, got 0.98)"},
        {R"("n": [1, 2])", R"("n": [2, 1])",
         R"(f.json:13: /stations/0/repeat/n/1: a whole number from 2 to 999999 is wanted, got 1)"},
        {R"("n": [1, 2])", R"("n": [1, 200000])",
         R"(f.json:13: /stations/0: at most 100000 stations are wanted in all, got 200000)"},
        {R"("n": [1, 2])", R"("n": 2)", R"(f.json:13: /stations/0/repeat/n: a list is wanted, got 2)"},
        {R"("unit": "bar")", R"("unit": "\"bar\"")",
         R"(f.json:14: /signals/pressure/unit: a unit of at most 24 octets without quotes and backslashes is wanted, got "\"bar\"")"},
        {R"("expiry": "1h")", R"("expiry": "1h30")",
         R"(f.json:23: /actors/0/session/expiry: a duration from 0s to 36525d is wanted, like "90s", "10m", "1h30m" or "250ms", got "1h30": it has no unit (ns, us, ms, s, m, h, d))"},
        {R"("protocol": "mqtt5")", R"("protocol": "mqtt")",
         R"(f.json:23: /actors/0/session/expiry: an expiry exists in MQTT 5 only; "protocol": "mqtt5" is wanted with it)"},
        {R"("topic": "line/{station}/pt/{n:02}")", R"("topic": "line/+/pt/{n:02}")",
         R"(f.json:18: /sensors/0/topic: a topic without wildcards (+, #) is wanted, got "line/+/pt/{n:02}")"},
        {R"("filter": "line/#")", R"("filter": "line/#/pt")",
         R"(f.json:24: /actors/0/subscribe/0/filter: a topic filter is wanted, in which + stands for a level and # for all that follow, got "line/#/pt")"},
        {R"("lost": 0)", R"("lost": -1)",
         R"(f.json:27: /expect/0/lost: a whole number from 0 to 1000000000 is wanted, got -1)"},
    });
}

TEST_CASE("broken scenario: references are checked and near misses named") {
    check({
        {R"("serves": "station:*", "broker_link": "fiber")", R"("serves": "station:*", "broker_link": "fibre")",
         R"(f.json:15: /gateways/0/broker_link: no link is called "fibre"; did you mean "fiber"?)"},
        {R"("field": "radio")", R"("field": "radoi")",
         R"(f.json:13: /stations/0/field: no link is called "radoi"; did you mean "radio"?)"},
        {R"("signal": "pressure")", R"("signal": "flow")",
         R"(f.json:17: /sensors/0/signal: no signal is called "flow"; "pressure" is available)"},
        {R"("to": "actor:scada")", R"("to": "actor:skada")",
         R"(f.json:27: /expect/0/to: no actor matches "skada"; did you mean "scada"?)"},
        {R"("to": "actor:scada")", R"("to": "sensor:scada")",
         R"(f.json:27: /expect/0/to: a selector "actor:GLOB" is wanted, like "actor:*", got "sensor:scada")"},
        {R"("to": "actor:scada")", R"("to": "scada")",
         R"(f.json:27: /expect/0/to: a selector "actor:GLOB" is wanted, like "actor:*", got "scada")"},
        {R"("at": "station:PS-*")", R"("at": "station:BV-*")",
         R"(f.json:17: /sensors/0/at: no station matches "BV-*"; "PS-01" and "PS-02" are available)"},
        {R"("at": "station:PS-*")", R"("at": "stations:PS-*")",
         R"(f.json:17: /sensors/0/at: a selector "station:GLOB" is wanted, like "station:*": "stations" is no kind, got "stations:PS-*")"},
        {R"("serves": "station:*")", R"("serves": "station:PS-01")",
         R"(f.json:17: /sensors/0/at: station "PS-02" is served by no gateway; add it to a gateway's "serves")"},
        {R"("of": "sensor:PT@PS-01-*")", R"("of": "sensor:TT@*")",
         R"(f.json:28: /expect/1/of: no sensor matches "TT@*"; "PT@PS-01-1", "PT@PS-01-2", "PT@PS-02-1" and "PT@PS-02-2" are available)"},
        {R"("p": "$p")", R"("p": "$q")",
         R"(f.json:11: /links/radio/loss/p: "vars" has no variable "q"; did you mean "p"?)"},
        {R"("filter": "line/#")", R"("filter": "lane/#")",
         R"(f.json:27: /expect/0/of: "PT@PS-01-1" publishes to "line/PS-01/pt/01", which no filter of actor "scada" matches)"},
    });
}

TEST_CASE("broken scenario: each id and each topic stands once") {
    check({
        {R"("id": "PS-{n:02}")", R"("id": "PS")",
         R"(f.json:13: /stations/0/id: another station has the id "PS" already; each id once is wanted)"},
        {R"({n:02}", "topic_kind")", R"(1", "topic_kind")",
         R"(f.json:18: /sensors/0/topic: "PT@PS-01-2" would publish to "line/PS-01/pt/1" as "PT@PS-01-1" does; a topic for each sensor is wanted, with {station} and {n})"},
        {R"("id": "E2")", R"("id": "E1")",
         R"(f.json:28: /expect/1/id: another expectation has the id "E1" already; each id once is wanted)"},
        {R"("fiber": {"delay": "4ms"})", R"("fiber": {"delay": "4ms"}, "fiber": {})",
         R"(f.json:10: /links/fiber: this key stands twice in its object; one of them is wanted)"},
        {R"("mode": "transparent", "serves": "station:*", "broker_link": "fiber"})",
         R"("serves": "station:*", "broker_link": "fiber"}, {"id": "gw-2", "serves": "station:PS-02", "broker_link": "fiber"})",
         R"(f.json:15: /gateways/1/serves: station "PS-02" is served by gateway "gw-1" already; one gateway each is wanted)"},
    });
}

TEST_CASE("broken scenario: what is missing or of another shape is said so") {
    check({
        {R"("mode": "transparent")", R"("mode": "both")",
         R"(f.json:15: /gateways/0/mode: "transparent" or "aggregating" is wanted, got "both")"},
        {R"("name": "small",
)",
         R"()", R"(f.json:1: /: the key "name" is missing)"},
        {R"("run": "10m", )", R"()", R"(f.json:6: /phases: the key "run" is missing)"},
        {R"("sample": "15s",
)",
         R"()", R"(f.json:17: /sensors/0: the key "sample" is missing)"},
        {R"("sensors": [
)",
         R"("sensors": {}, "x": [
)",
         R"(f.json:16: /x: unknown key; "trunkline", "name", "seed", "clock", "phases", "vars", "broker", "gateways" and 11 more are available)"},
        {R"("phases": {"warmup": "1m", "run": "10m", "drain": "2m"})", R"("phases": "10m")",
         R"(f.json:6: /phases: an object is wanted, got "10m")"},
        {R"("vars": {"p": 0.2, "count": 2})", R"("vars": {"p": {"x": 0.2}, "count": 2})",
         R"(f.json:7: /vars/p: a text, a number, true or false is wanted, got an object)"},
        {R"("subscribe": [{"filter": "line/#", "qos": 1}])", R"("subscribe": [])",
         R"(f.json:24: /actors/0/subscribe: from 1 to 1000 subscriptions are wanted, got 0)"},
        {R"("id": "PS-{n:02}")", R"("id": "PS-{m}")",
         R"(f.json:13: /stations/0/id: {m} is no placeholder here; {n} is)"},
        {R"("topic": "line/{station})", R"("topic": "line/{station:02})",
         R"(f.json:18: /sensors/0/topic: {station:02}: a width like {n:02} is wanted, and only for numbers)"},
        {R"("p": 0.2)", R"("p": .2)",
         R"(f.json:7: /vars/p: JSON is wanted, got syntax error while parsing value - invalid literal; last read: '"p": .')"},
    });
}

namespace {

/// The small scenario with these faults, from line 26 on.
std::string with_faults(std::string_view faults) {
    return with(R"("expect": [)", R"("faults": [)" + std::string(faults) + R"(], "expect": [)");
}

}  // namespace

TEST_CASE("broken scenario: faults that contradict each other at the same time are refused") {
    struct Row {
        std::string_view faults;
        std::string_view line;
    };
    for (
        const Row& row : {
            Row{R"({"id": "A", "at": "1m", "do": "restart", "on": "broker", "down_for": "30s"},
               {"id": "B", "at": "80s", "do": "restart", "on": "broker", "down_for": "5s"})",
                R"(f.json:27: /faults/1/at: the broker is gone already, by "A" from 1m to 1m30s; a time when they do not overlap is wanted)"},
            Row{R"({"id": "A", "at": "2m", "do": "restart", "on": "gateway:gw-1", "down_for": "30s"},
               {"id": "B", "at": "1m", "do": "restart", "on": "gateway:*", "down_for": "61s"})",
                R"(f.json:27: /faults/1/at: gateway "gw-1" is gone already, by "A" from 2m to 2m30s; a time when they do not overlap is wanted)"},
            Row{R"({"id": "A", "at": "1m", "do": "pause", "on": "actor:scada", "for": "1m"},
               {"id": "B", "at": "1m", "do": "stall", "on": "actor:*", "for": "1s"})",
                R"(f.json:27: /faults/1/at: actor "scada" is away already, by "A" from 1m to 2m; a time when they do not overlap is wanted)"},
            Row{R"({"id": "A", "at": "1m", "do": "stall", "on": "actor:scada", "for": "1m"},
               {"id": "B", "at": "90s", "do": "stall", "on": "actor:scada", "for": "1m"})",
                R"(f.json:27: /faults/1/at: actor "scada" is stalled already, by "A" from 1m to 2m; a time when they do not overlap is wanted)"},
            Row{R"({"id": "A", "at": "1m", "for": "1m", "do": "link", "on": "link:PS-*.field", "set": {"delay": "1s"}},
               {"id": "B", "at": "90s", "for": "1m", "do": "link", "on": "link:PS-02.field", "set": {"rate": "9600bit", "delay": "2s"}})",
                R"(f.json:27: /faults/1/at: "delay" of this link has another value already, by "A" from 1m to 2m; a time when they do not overlap is wanted)"},
            Row{R"({"id": "A", "at": "1m", "for": "1m", "do": "link", "on": "link:BV-*.field", "set": {"delay": "1s"}})",
                R"(f.json:26: /faults/0/on: no station matches "BV-*"; "PS-01" and "PS-02" are available)"},
            Row{R"({"id": "A", "at": "1m", "for": "1m", "do": "down", "on": "station:PS-1"})",
                R"(f.json:26: /faults/0/on: no station matches "PS-1"; did you mean "PS-01"?)"},
        })
        CHECK(refusal(with_faults(row.faults)) == row.line);
}

TEST_CASE("faults at the same time that do not contradict each other are taken") {
    for (const std::string_view faults : {
             R"({"id": "A", "at": "1m", "do": "restart", "on": "broker", "down_for": "30s"},
           {"id": "B", "at": "90s", "do": "restart", "on": "broker", "down_for": "5s"})",
             R"({"id": "A", "at": "1m", "do": "restart", "on": "broker", "down_for": "30s"},
           {"id": "B", "at": "1m", "do": "restart", "on": "gateway:*", "down_for": "5s"})",
             R"({"id": "A", "at": "1m", "for": "1m", "do": "link", "on": "link:PS-*.field", "set": {"delay": "1s"}},
           {"id": "B", "at": "90s", "for": "1m", "do": "link", "on": "link:PS-02.field", "set": {"loss": {"model": "bernoulli", "p": 0.5}}})",
             R"({"id": "A", "at": "1m", "for": "1m", "do": "link", "on": "link:PS-01.field", "set": {"delay": "1s"}},
           {"id": "B", "at": "1m", "for": "1m", "do": "link", "on": "link:PS-02.field", "set": {"delay": "2s"}})",
             R"({"id": "A", "at": "1m", "for": "1m", "do": "down", "on": "station:*"},
           {"id": "B", "at": "1m", "for": "1m", "do": "down", "on": "station:PS-02"})"}) {
        CHECK(refusal(with_faults(faults)) == "it is taken");
    }
}

TEST_CASE("broken scenario: a fault at stations where nobody stands is refused") {
    const std::string text = with(R"("at": "station:PS-*")", R"("at": "station:PS-01")");
    const auto fault = [&](std::string_view keys) {
        std::string broken = text;
        const std::string_view before = R"("expect": [)";
        return broken.replace(
            broken.find(before), before.size(),
            R"("faults": [{"id": "A", "at": "1m", "for": "1m", )" + std::string(keys) + R"(}], "expect": [)");
    };
    CHECK(refusal(fault(R"("do": "down", "on": "station:PS-02")")) ==
          R"(f.json:26: /faults/0/on: no device stands at these stations; nothing would happen)");
    CHECK(refusal(fault(R"("do": "link", "on": "link:PS-02.field", "set": {"delay": "1s"})")) ==
          R"(f.json:26: /faults/0/on: no device speaks over this link; nothing would happen)");
    CHECK(refusal(fault(R"("do": "down", "on": "station:PS-01")")) == "it is taken");
}

// clang-format on
