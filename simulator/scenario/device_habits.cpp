#include "simulator/scenario/device_habits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace trunkline::sim::reading {

namespace {

// A will travels in one datagram.
constexpr std::size_t longest_will = 1'000;

bool is_mqtt_sn(const SensorPlan& sensor) { return sensor.protocol == DeviceProtocol::mqtt_sn; }

void need_mqtt_5(const Field& field, const SensorPlan& sensor, std::string_view what) {
    if (sensor.protocol != DeviceProtocol::mqtt5)
        field.complain(std::string(what) + " exists in MQTT 5 only; \"protocol\": \"mqtt5\" is wanted with it");
}

void need_mqtt_sn(const Field& field, const SensorPlan& sensor, std::string_view what) {
    if (!is_mqtt_sn(sensor))
        field.complain(std::string(what) + " in MQTT-SN only; \"protocol\": \"mqtt-sn\" is wanted with it");
}

}  // namespace

void read_reporting(const Field& report, SensorPlan& sensor) {
    constexpr std::array<Key, 3> keys = {{{"deadband"}, {"min"}, {"max"}}};
    constexpr double thousandth = 0.001;
    report.allow(keys);
    ReportingPlan plan;
    const auto deadband = report.find("deadband");
    const auto most = report.find("max");
    if (!deadband && !most) report.complain("\"deadband\" or \"max\" is wanted: what makes it tell a value");
    // Without one, nothing but the time makes it tell a value.
    plan.deadband = std::numeric_limits<std::int64_t>::max();
    if (deadband) plan.deadband = static_cast<std::int64_t>(deadband->number(thousandth, 1e12) * 1000.0 + 0.5);
    if (const auto least = report.find("min"))
        plan.at_least = least->duration(Duration::zero(), std::chrono::hours(24 * 31));
    if (most) plan.at_most = most->duration(std::max(plan.at_least, sensor.sample), std::chrono::hours(24 * 31));
    sensor.report = plan;
}

void read_session(const Field& session, SensorPlan& sensor) {
    constexpr std::array<Key, 3> keys = {{{"clean"}, {"keepalive"}, {"expiry"}}};
    session.allow(keys);
    if (const auto clean = session.find("clean")) sensor.clean_session = clean->boolean();
    if (const auto keep_alive = session.find("keepalive"))
        sensor.keep_alive = keep_alive->whole_seconds(std::chrono::seconds(1), std::chrono::seconds(65'535));
    if (const auto expiry = session.find("expiry")) {
        need_mqtt_5(*expiry, sensor, "an expiry");
        sensor.session_expiry = expiry->whole_seconds(std::chrono::seconds(0), std::chrono::hours(24 * 36525));
    }
}

void read_retry(const Field& retry, SensorPlan& sensor) {
    constexpr std::array<Key, 2> keys = {{{"t"}, {"n"}}};
    need_mqtt_sn(retry, sensor, "retries exist");
    retry.allow(keys);
    if (const auto interval = retry.find("t"))
        sensor.retry.interval = interval->duration(std::chrono::milliseconds(100), std::chrono::hours(1));
    if (const auto limit = retry.find("n")) sensor.retry.limit = static_cast<unsigned>(limit->natural(0, 100));
}

void read_store(const Field& store, SensorPlan& sensor) {
    constexpr std::array<Key, 2> keys = {{{"messages"}, {"drop"}}};
    constexpr std::array<std::string_view, 2> policies = {"oldest", "newest"};
    store.allow(keys);
    sensor.store_messages = store.need("messages").natural(0, 1'000'000);
    if (const auto drop = store.find("drop")) sensor.keeps_oldest = drop->word(policies) == "newest";
}

void read_will(const Field& will, SensorPlan& sensor) {
    constexpr std::array<Key, 5> keys = {{{"topic"}, {"payload"}, {"qos"}, {"retain"}, {"delay"}}};
    will.allow(keys);
    WillPlan plan;
    plan.topic = will.need("topic").text();
    const Field payload = will.need("payload");
    plan.payload = payload.text();
    if (plan.payload.size() > longest_will)
        payload.complain("a text of at most " + std::to_string(longest_will) + " octets is wanted, got " +
                         std::to_string(plan.payload.size()));
    if (const auto qos = will.find("qos")) plan.qos = static_cast<std::uint8_t>(qos->natural(0, 2));
    if (const auto retain = will.find("retain")) plan.retain = retain->boolean();
    if (const auto delay = will.find("delay")) {
        need_mqtt_5(*delay, sensor, "a will's delay");
        plan.delay = delay->whole_seconds(std::chrono::seconds(0), std::chrono::hours(24 * 366));
    }
    sensor.will = std::move(plan);
}

void read_sleep(const Field& sleep, SensorPlan& sensor) {
    constexpr std::array<Key, 2> keys = {{{"asleep"}, {"awake"}}};
    need_mqtt_sn(sleep, sensor, "devices sleep");
    sleep.allow(keys);
    SleepPlan plan;
    plan.asleep = sleep.need("asleep").whole_seconds(std::chrono::seconds(1), std::chrono::seconds(65'535));
    plan.awake = sleep.need("awake").duration(std::chrono::milliseconds(1), std::chrono::hours(24));
    sensor.sleep = plan;
}

void read_in_flight(const Field& in_flight, SensorPlan& sensor) {
    if (is_mqtt_sn(sensor)) in_flight.complain("an MQTT-SN sensor has one reading in flight; leave it out");
    sensor.in_flight = static_cast<std::size_t>(in_flight.natural(1, 65'535));
}

void read_reconnect(const Field& reconnect, SensorPlan& sensor) {
    constexpr std::array<Key, 2> keys = {{{"backoff"}, {"jitter"}}};
    constexpr std::array<std::string_view, 2> jitters = {"full", "none"};
    reconnect.allow(keys);
    const Field backoff = reconnect.need("backoff");
    const std::vector<Field> ends = backoff.items();
    if (ends.size() != 2) backoff.refuse("the first and the last back-off are wanted, like [\"2s\", \"120s\"]");
    BackoffPlan plan;
    plan.first = ends[0].duration(std::chrono::milliseconds(1), std::chrono::hours(24));
    plan.last = ends[1].duration(plan.first, std::chrono::hours(24));
    if (const auto jitter = reconnect.find("jitter")) plan.is_drawn = jitter->word(jitters) == "full";
    sensor.backoff = plan;
}

void read_topic_kind(const Field& kind, SensorPlan& sensor) {
    constexpr std::string_view prefix = "predefined:";
    constexpr std::string_view wanted =
        "\"registered\", \"short\" or \"predefined:N\" with N from 1 to 65534 is wanted";
    const std::string word = kind.text();
    if (!is_mqtt_sn(sensor) && word != "registered")
        kind.complain("topics are of a kind in MQTT-SN only; leave it out, or take \"protocol\": \"mqtt-sn\"");
    if (word == "registered") return;
    if (word == "short") {
        sensor.topic_kind = TopicKind::short_name;
        return;
    }
    if (!word.starts_with(prefix)) kind.refuse(wanted);
    std::uint16_t id = 0;
    const char* const end = word.data() + word.size();
    const auto [read_to, error] = std::from_chars(word.data() + prefix.size(), end, id);
    // 0x0000 and 0xFFFF are reserved (MQTT-SN 1.2 §5.3.11).
    if (error != std::errc{} || read_to != end || id == 0 || id == 65'535) kind.refuse(wanted);
    sensor.topic_kind = TopicKind::predefined;
    sensor.predefined_id = id;
}

void read_qos(const Field& qos, SensorPlan& sensor) {
    const double number = qos.number(-1, 2);
    if (number != -1 && number != 0 && number != 1 && number != 2) qos.refuse("-1, 0, 1 or 2 is wanted");
    sensor.qos = static_cast<std::int8_t>(number);
    if (sensor.qos >= 0) return;
    need_mqtt_sn(qos, sensor, "qos -1 exists");
    if (sensor.topic_kind == TopicKind::registered)
        qos.complain(
            "qos -1 is without a connection, in which a topic could be registered; a \"topic_kind\" of "
            "\"short\" or \"predefined:N\" is wanted with it");
}

}  // namespace trunkline::sim::reading
