// What a scenario may say about RTUs, and the lines for what it may not.

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "simulator/scenario/scenario_reader.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline::sim;

namespace {

/// An RTU group, to which keys may be added.
std::string rtu_with(std::string_view keys) {
    return with(R"(  "sensors": [
)",
                R"(  "sensors": [
    {"id": "RTU", "at": "station:*", "signal": "pressure", "protocol": "mqtt5", "topic": "line/rtu/{station}/{n}", "sample": "1m")" +
                    std::string(keys) + R"(},
)");
}

}  // namespace

TEST_CASE("an RTU speaks plain MQTT, over its own link or the station's") {
    const Scenario plan =
        plan_of(unjudged(rtu_with(R"(, "qos": 2, "link": "fiber", "session": {"clean": false, "expiry": "1h"},
        "will": {"topic": "rtu/{station}/state", "payload": "fault", "delay": "30s"}, "commands": "rtu/{station}/cmd")")));
    REQUIRE(plan.sensors.size() == 6);
    const SensorPlan& rtu = plan.sensors[1];
    CHECK(rtu.id == "RTU@PS-02-1");
    CHECK(rtu.protocol == DeviceProtocol::mqtt5);
    CHECK(rtu.qos == 2);
    CHECK(plan.links[rtu.field_link].id == "fiber");
    CHECK(rtu.session_expiry == 1h);
    CHECK(rtu.will->delay == 30s);
    CHECK(rtu.commands->topic == "rtu/PS-02/cmd");
    CHECK(plan.links[plan_of(rtu_with("")).sensors[0].field_link].id == "radio");
}

TEST_CASE("a station's uplink is its RTUs' link to the broker, and no sensor's") {
    const auto with_uplink = [](std::string_view link, std::string_view rtu_keys) {
        std::string text = unjudged(rtu_with(rtu_keys));
        const std::string_view field = R"("field": "radio")";
        return text.replace(text.find(field), field.size(),
                            R"("field": "radio", "kind": "pump", "uplink": ")" + std::string(link) + '"');
    };
    const Scenario plan = plan_of(with_uplink("fiber", ""));
    CHECK(plan.links[plan.sensors.front().field_link].id == "fiber");
    CHECK(plan.sensors.back().protocol == DeviceProtocol::mqtt_sn);
    CHECK(plan.links[plan.sensors.back().field_link].id == "radio");
    const Scenario own = plan_of(with_uplink("fiber", R"(, "link": "radio")"));
    CHECK(own.links[own.sensors.front().field_link].id == "radio");
    CHECK(refusal(with_uplink("fibre", "")) ==
          R"(f.json:13: /stations/0/uplink: no link is called "fibre"; did you mean "fiber"?)");
}

TEST_CASE("an RTU needs no gateway") {
    std::string text = rtu_with("");
    text.replace(text.find(R"("at": "station:PS-*")"), 20, R"("at": "station:PS-01")");
    text.replace(text.find(R"("serves": "station:*")"), 21, R"("serves": "station:PS-01")");
    CHECK(plan_of(text).sensors.size() == 4);
}

TEST_CASE("broken scenario: what RTUs cannot have is said so") {
    const std::initializer_list<std::pair<std::string, std::string_view>> table = {
        {rtu_with(R"(, "qos": -1)"),
         R"(f.json:17: /sensors/0/qos: qos -1 exists in MQTT-SN only; "protocol": "mqtt-sn" is wanted with it)"},
        {rtu_with(R"(, "topic_kind": "short")"),
         R"(f.json:17: /sensors/0/topic_kind: topics are of a kind in MQTT-SN only; leave it out, or take "protocol": "mqtt-sn")"},
        {rtu_with(R"(, "sleep": {"asleep": "15m", "awake": "1s"})"),
         R"(f.json:17: /sensors/0/sleep: devices sleep in MQTT-SN only; "protocol": "mqtt-sn" is wanted with it)"},
        {rtu_with(R"(, "retry": {"t": "10s"})"),
         R"(f.json:17: /sensors/0/retry: retries exist in MQTT-SN only; "protocol": "mqtt-sn" is wanted with it)"},
        {rtu_with(R"(, "link": "fibre")"),
         R"(f.json:17: /sensors/0/link: no link is called "fibre"; did you mean "fiber"?)"},
    };
    for (const auto& [text, line] : table) CHECK(refusal(text) == line);
}
