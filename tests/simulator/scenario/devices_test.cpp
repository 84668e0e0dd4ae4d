// What a scenario may say about devices, signals and commanding actors, and the lines for what it may not.

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "simulator/scenario/scenario_reader.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline::sim;

namespace {

/// The small scenario with more keys in its one group of sensors.
std::string group_with(std::string_view keys) {
    return with(R"("payload": "json", )", R"("payload": "json", )" + std::string(keys) + ", ");
}

std::string signal_of(std::string_view signal) {
    return with(R"({"model": "ou", "mean": 62.0, "sigma": 0.4, "tau": "90s", "unit": "bar"})", signal);
}

std::string publishing(std::string_view publication) {
    return with(R"("subscribe": [)", R"("publish": [)" + std::string(publication) + R"(], "subscribe": [)");
}

}  // namespace

TEST_CASE("a sensor group may have a will, a sleep cycle, commands, a back-off and retained readings") {
    const Scenario plan = plan_of(group_with(
        R"("retain": true, "will": {"topic": "line/{station}/pt/{n}/state", "payload": "offline", "qos": 2, "retain": true},
           "sleep": {"asleep": "15m", "awake": "5s"}, "commands": "line/{station}/cmd/{n}",
           "reconnect": {"backoff": ["2s", "120s"], "jitter": "full"})"));
    REQUIRE(plan.sensors.size() == 4);
    const SensorPlan& sensor = plan.sensors[3];
    CHECK(sensor.retain);
    REQUIRE(sensor.will);
    CHECK(sensor.will->topic == "line/PS-02/pt/2/state");
    CHECK(sensor.will->payload == "offline");
    CHECK(sensor.will->qos == 2);
    CHECK(sensor.will->retain);
    REQUIRE(sensor.sleep);
    CHECK(sensor.sleep->asleep == 15min);
    CHECK(sensor.sleep->awake == 5s);
    REQUIRE(sensor.commands);
    CHECK(sensor.commands->topic == "line/PS-02/cmd/2");
    CHECK(sensor.commands->qos == 1);
    REQUIRE(sensor.backoff);
    CHECK(sensor.backoff->first == 2s);
    CHECK(sensor.backoff->last == 120s);
    CHECK(plan.sensors[0].will->topic == "line/PS-01/pt/1/state");
}

TEST_CASE("of a group some devices may be chosen, and each is as it is among all") {
    const Scenario all = plan_of(small_scenario);
    const Scenario some = plan_of(unjudged(group_with(R"("only": ["PT@PS-02-1", "PT@PS-01-2"])")));
    REQUIRE(some.sensors.size() == 2);
    CHECK(some.sensors[0].id == "PT@PS-01-2");
    CHECK(some.sensors[0].topic == all.sensors[1].topic);
    CHECK(some.sensors[1].id == "PT@PS-02-1");
    CHECK(some.sensors[1].topic == all.sensors[2].topic);
    const auto predefined = [](std::string_view keys) {
        std::string text = group_with(keys);
        const std::string_view kind = R"("registered")";
        return plan_of(unjudged(text.replace(text.find(kind), kind.size(), R"("predefined:17")")));
    };
    CHECK(predefined(R"("only": ["PT@PS-02-1"])").sensors[0].predefined_id == 19);
}

TEST_CASE("who chooses devices of a group names some that it has, each once") {
    const auto refused = [](std::string_view only) { return refusal(group_with(only)); };
    CHECK(refused(R"("only": [])") ==
          R"(f.json:18: /sensors/0/only: the id of a device at least is wanted; without "only" there are all)");
    const std::string_view none =
        R"(a device of this group, like "GROUP@STATION-1", is wanted, each once; no other one is called )";
    CHECK(refused(R"("only": ["PT@PS-01-1", "PT@PS-03-1"])") ==
          "f.json:18: /sensors/0/only/1: " + std::string(none) + R"("PT@PS-03-1")");
    CHECK(refused(R"("only": ["PT@PS-01-1", "PT@PS-01-1"])") ==
          "f.json:18: /sensors/0/only/1: " + std::string(none) + R"("PT@PS-01-1")");
    CHECK(refused(R"("only": "PT@PS-01-1")").starts_with("f.json:18: /sensors/0/only: a list is wanted"));
}

TEST_CASE("who reports by exception measures once a second, unless it says otherwise") {
    const auto reporting = [](std::string_view sample) {
        return plan_of(
            with(R"("sample": "15s",)", R"("report": {"deadband": 0.1, "max": "5m"},)" + std::string(sample)));
    };
    CHECK(reporting("").sensors[0].sample == 1s);
    CHECK(reporting(R"("sample": "10s",)").sensors[0].sample == 10s);
}

TEST_CASE("a sensor group may have any QoS of MQTT-SN") {
    for (const int qos : {0, 1, 2}) {
        const std::string given = R"("mqtt-sn", "qos": )" + std::to_string(qos);
        CHECK(plan_of(unjudged(with(R"("mqtt-sn", "qos": 1)", given))).sensors[0].qos == qos);
    }
    const std::string text = with(R"("mqtt-sn", "qos": 1)", R"("mqtt-sn", "qos": -1)");
    CHECK(
        refusal(text) ==
        R"(f.json:17: /sensors/0/qos: qos -1 is without a connection, in which a topic could be registered; a "topic_kind" of "short" or "predefined:N" is wanted with it)");
    CHECK(refusal(with(R"("mqtt-sn", "qos": 1)", R"("mqtt-sn", "qos": 0.5)")) ==
          R"(f.json:17: /sensors/0/qos: -1, 0, 1 or 2 is wanted, got 0.5)");
}

TEST_CASE("predefined topics of a group have ids one after the other") {
    const Scenario plan = plan_of(with(R"("registered")", R"("predefined:17")"));
    for (std::size_t at = 0; at < 4; ++at) {
        CHECK(plan.sensors[at].topic_kind == TopicKind::predefined);
        CHECK(plan.sensors[at].predefined_id == 17 + at);
    }
    CHECK(plan_of(with(R"("registered")", R"("predefined:65531")")).sensors[3].predefined_id == 65'534);
}

TEST_CASE("a short topic has two octets") {
    std::string text = with(R"("registered")", R"("short")");
    CHECK(refusal(text) == R"(f.json:18: /sensors/0/topic: a short topic has two octets, "line/PS-01/pt/01" has 16)");
    text.replace(text.find("line/{station}/pt/{n:02}"), 24, "{n:02}");
    text.replace(text.find("station:PS-*"), 12, "station:PS-01");
    text.replace(text.find("sensor:PT@PS-01-*"), 17, "sensor:*");
    text.replace(text.find(R"("filter": "line/#")"), 18, R"("filter": "#")");
    const Scenario plan = plan_of(text);
    CHECK(plan.sensors[1].topic == "02");
    CHECK(plan.sensors[1].topic_kind == TopicKind::short_name);
}

TEST_CASE("signals: every model has its figures") {
    const auto signal = [](std::string_view text) { return plan_of(signal_of(text)).signals[0]; };
    const SignalPlan wave =
        signal(R"({"model": "sine+noise", "mean": 38, "amp": 3, "period": "24h", "sigma": 0.1, "unit": "degC"})");
    CHECK(wave.model == SignalModel::wave);
    CHECK(wave.mean == 38.0);
    CHECK(wave.amplitude == 3.0);
    CHECK(wave.period == 24h);
    CHECK(wave.sigma == 0.1);
    const SignalPlan valve = signal(R"({"model": "actuator", "travel": "40s", "every": "2h", "unit": "%"})");
    CHECK(valve.model == SignalModel::actuator);
    CHECK(valve.travel == 40s);
    CHECK(valve.every == 2h);
    CHECK(signal(R"({"model": "actuator", "travel": "40s"})").every == 0s);
    const SignalPlan pump = signal(R"({"model": "step", "low": 0, "high": 2980, "every": "30m", "sigma": 2})");
    CHECK(pump.model == SignalModel::step);
    CHECK(pump.high == 2980.0);
    CHECK(pump.every == 30min);
    const SignalPlan volume = signal(R"({"model": "counter", "per_hour": 1800, "unit": "m3"})");
    CHECK(volume.model == SignalModel::counter);
    CHECK(volume.per_hour == 1800.0);
    CHECK(volume.unit == "m3");
}

TEST_CASE("actors publish commands at a moment or again and again, from the end of the warm-up") {
    const Scenario plan = plan_of(publishing(
        R"({"topic": "line/PS-01/cmd", "payload": "close", "qos": 2, "retain": true, "at": "5m"}, {"topic": "x", "payload": "y", "every": "2m"})"));
    REQUIRE(plan.actors[0].publications.size() == 2);
    const PublicationPlan& once = plan.actors[0].publications[0];
    CHECK(once.topic == "line/PS-01/cmd");
    CHECK(once.payload == "close");
    CHECK(once.qos == 2);
    CHECK(once.retain);
    CHECK(once.at == 6min);
    CHECK(once.every == 0s);
    const PublicationPlan& again = plan.actors[0].publications[1];
    CHECK(again.qos == 1);
    CHECK(again.at == 3min);
    CHECK(again.every == 2min);
}

TEST_CASE("actors subscribe with any QoS, and need no subscription when they publish") {
    for (const int qos : {0, 1, 2}) {
        const std::string text =
            with(R"("filter": "line/#", "qos": 1)", R"("filter": "line/#", "qos": )" + std::to_string(qos));
        CHECK(plan_of(text).actors[0].subscriptions[0].qos == qos);
    }
    const Scenario plan = plan_of(unjudged(with(R"(  "actors": [
)",
                                                R"(  "actors": [
    {"id": "operator", "protocol": "mqtt", "link": "fiber", "publish": [{"topic": "x", "payload": "y", "at": "1m"}]},
)")));
    CHECK(plan.actors[0].subscriptions.empty());
}

TEST_CASE("broken scenario: what devices cannot have is said so") {
    const std::initializer_list<std::pair<std::string, std::string_view>> table = {
        {group_with(R"("will": {"payload": "x"})"), R"(f.json:18: /sensors/0/will: the key "topic" is missing)"},
        {group_with(R"("will": {"topic": "a/#", "payload": "x"})"),
         R"(f.json:18: /sensors/0/will/topic: a topic without wildcards (+, #) is wanted, got "a/#")"},
        {group_with(R"("will": {"topic": "a", "payload": "x", "qos": 3})"),
         R"(f.json:18: /sensors/0/will/qos: a whole number from 0 to 2 is wanted, got 3)"},
        {group_with(R"("will": {"topic": "a", "payload": "x", "delay": "1m"})"),
         R"(f.json:18: /sensors/0/will/delay: a will's delay exists in MQTT 5 only; "protocol": "mqtt5" is wanted with it)"},
        {group_with(R"("will": {"topic": "a", "payload": "x", "wait": "1m"})"),
         R"(f.json:18: /sensors/0/will/wait: unknown key; "topic", "payload", "qos", "retain" and "delay" are available)"},
        {group_with(R"("sleep": {"asleep": "15m"})"), R"(f.json:18: /sensors/0/sleep: the key "awake" is missing)"},
        {group_with(R"("sleep": {"asleep": "1500ms", "awake": "1s"})"),
         R"(f.json:18: /sensors/0/sleep/asleep: whole seconds are wanted, got "1500ms")"},
        {group_with(R"("sleep": {"asleep": "19h", "awake": "1s"})"),
         R"(f.json:18: /sensors/0/sleep/asleep: a duration from 1s to 18h12m15s is wanted, like "90s", "10m", "1h30m" or "250ms", got "19h")"},
        {group_with(R"("commands": "a/{x}")"),
         R"(f.json:18: /sensors/0/commands: {x} is no placeholder here; {station} and {n} are)"},
        {group_with(R"("reconnect": {"backoff": ["2s"]})"),
         R"(f.json:18: /sensors/0/reconnect/backoff: the first and the last back-off are wanted, like ["2s", "120s"], got a list)"},
        {group_with(R"("reconnect": {"backoff": ["2s", "1s"]})"),
         R"(f.json:18: /sensors/0/reconnect/backoff/1: a duration from 2s to 1d is wanted, like "90s", "10m", "1h30m" or "250ms", got "1s")"},
        {group_with(R"("reconnect": {"backoff": ["2s", "9s"], "jitter": "some"})"),
         R"(f.json:18: /sensors/0/reconnect/jitter: "full" or "none" is wanted, got "some")"},
        {group_with(R"("link": "fiber")"),
         R"(f.json:18: /sensors/0/link: MQTT-SN sensors speak over their station's "field" link; leave it out)"},
        {with(R"("registered")", R"("predefined")"),
         R"(f.json:18: /sensors/0/topic_kind: "registered", "short" or "predefined:N" with N from 1 to 65534 is wanted, got "predefined")"},
        {with(R"("registered")", R"("predefined:0")"),
         R"(f.json:18: /sensors/0/topic_kind: "registered", "short" or "predefined:N" with N from 1 to 65534 is wanted, got "predefined:0")"},
        {with(R"("registered")", R"("predefined:65535")"),
         R"(f.json:18: /sensors/0/topic_kind: "registered", "short" or "predefined:N" with N from 1 to 65534 is wanted, got "predefined:65535")"},
        {with(R"("registered")", R"("predefined:65532")"),
         R"(f.json:18: /sensors/0/topic_kind: the ids of this group go beyond 65534; each device has its own, one after the other)"},
        {signal_of(R"({"model": "ou", "mean": 1, "amp": 3})"),
         R"(f.json:14: /signals/pressure/amp: unknown key; "model", "unit", "mean", "sigma", "tau" and "couples" are available)"},
        {signal_of(R"({"model": "sine+noise", "mean": 38, "amp": 3})"),
         R"(f.json:14: /signals/pressure: the key "period" is missing)"},
        {signal_of(R"({"model": "actuator", "travel": "40s", "states": ["open"]})"),
         R"(f.json:14: /signals/pressure/states: the names of open, under way and closed are wanted, like ["open", "moving", "closed"], got a list)"},
        {signal_of(R"({"model": "counter", "per_hour": -1})"),
         R"(f.json:14: /signals/pressure/per_hour: a number from 0 to 1e+08 is wanted, got -1)"},
        {publishing(R"({"topic": "a/+", "payload": "x", "at": "1m"})"),
         R"(f.json:24: /actors/0/publish/0/topic: a topic without wildcards (+, #) is wanted, got "a/+")"},
        {publishing(R"({"topic": "line/PS-01/pt/01", "payload": "x", "at": "1m"})"),
         R"(f.json:24: /actors/0/publish/0/topic: "PT@PS-01-1" publishes its readings there; another topic is wanted)"},
        {publishing(R"({"topic": "a", "payload": "x"})"),
         R"(f.json:24: /actors/0/publish/0: "at" or "every" is wanted: when it is published)"},
        {publishing(R"({"topic": "a", "payload": "x", "at": "11m"})"),
         R"(f.json:24: /actors/0/publish/0/at: a duration from 0s to 10m is wanted, like "90s", "10m", "1h30m" or "250ms", got "11m")"},
        {publishing(""), R"(f.json:24: /actors/0/publish: from 1 to 1000 publications are wanted, got 0)"},
    };
    for (const auto& [text, line] : table) CHECK(refusal(text) == line);
}

TEST_CASE("broken scenario: qos -1 leaves no will, does not sleep and does not listen") {
    std::string text = with(R"("registered")", R"("predefined:17", "commands": "a")");
    text.replace(text.find(R"("mqtt-sn", "qos": 1)"), 19, R"("mqtt-sn", "qos": -1)");
    CHECK(refusal(text) == R"(f.json:18: /sensors/0/commands: a device with qos -1 never connects; leave it out)");
}

TEST_CASE("broken scenario: two devices of a gateway do not share a predefined id") {
    std::string text = with("  \"sensors\": [\n", R"(  "sensors": [
    {"id": "TT", "at": "station:*", "signal": "pressure", "protocol": "mqtt-sn", "topic": "line/tt/{station}", "topic_kind": "predefined:20", "sample": "1m"},
)");
    text.replace(text.find(R"("registered")"), 12, R"("predefined:18")");
    CHECK(
        refusal(text) ==
        R"(f.json:19: /sensors/1/topic_kind: "TT@PS-01-1" has id 20 at this gateway already; each device has its own, in a group one after the other)");
}
