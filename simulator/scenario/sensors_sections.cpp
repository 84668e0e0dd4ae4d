// "signals", and the "sensors" that measure them: groups are expanded to one plan each.

#include <algorithm>
#include <array>

#include "protocol/mqtt/topic_name.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/placeholders.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::uint64_t most_sensors = 1'000'000;
constexpr std::uint64_t most_readings = 1'000'000'000;
// REGISTER has to fit into a datagram of 1,400 octets together with the sender's headers.
constexpr std::size_t longest_topic = 1'000;
// Values travel in thousandths, in 64 bits.
constexpr double largest_value = 1e12;
constexpr std::size_t longest_unit = 24;

constexpr std::array<Key, 21> sensor_keys = {{{"id"},
                                              {"at"},
                                              {"count"},
                                              {"signal"},
                                              {"protocol"},
                                              {"qos"},
                                              {"topic"},
                                              {"topic_kind"},
                                              {"payload"},
                                              {"sample"},
                                              {"session"},
                                              {"retry"},
                                              {"store"},
                                              {"report", false},
                                              {"will", false},
                                              {"reconnect", false},
                                              {"sleep", false},
                                              {"link", false},
                                              {"commands", false},
                                              {"retain", false},
                                              {"script", false}}};

void read_session(const Field& session, SensorPlan& sensor) {
    constexpr std::array<Key, 3> keys = {{{"clean"}, {"keepalive"}, {"expiry", false}}};
    session.allow(keys);
    if (const auto clean = session.find("clean")) sensor.clean_session = clean->boolean();
    if (const auto keep_alive = session.find("keepalive"))
        sensor.keep_alive = keep_alive->whole_seconds(std::chrono::seconds(1), std::chrono::seconds(65'535));
}

void read_retry(const Field& retry, SensorPlan& sensor) {
    constexpr std::array<Key, 2> keys = {{{"t"}, {"n"}}};
    retry.allow(keys);
    if (const auto interval = retry.find("t"))
        sensor.retry.interval = interval->duration(std::chrono::milliseconds(100), std::chrono::hours(1));
    if (const auto limit = retry.find("n")) sensor.retry.limit = static_cast<unsigned>(limit->natural(0, 100));
}

void read_store(const Field& store, SensorPlan& sensor) {
    constexpr std::array<Key, 2> keys = {{{"messages"}, {"drop"}}};
    constexpr std::array<std::string_view, 1> policies = {"oldest"};
    store.allow(keys);
    sensor.store_messages = store.need("messages").natural(0, 1'000'000);
    if (const auto drop = store.find("drop")) drop->word(policies);
}

/// What is the same for all sensors of a group, its topic apart.
SensorPlan read_group(const Field& group, Draft& draft) {
    constexpr std::array<std::string_view, 1> protocols = {"mqtt-sn"};
    constexpr std::array<std::string_view, 2> later_protocols = {"mqtt", "mqtt5"};
    constexpr std::array<std::string_view, 1> payloads = {"json"};
    constexpr std::array<std::string_view, 1> topic_kinds = {"registered"};
    SensorPlan sensor;
    const Field id = group.need("id");
    sensor.group = id.name();
    draft.group_names.add(id, sensor.group);
    group.need("protocol").word(protocols, later_protocols);
    sensor.signal = draft.signal_names.index_of(group.need("signal"));
    if (const auto qos = group.find("qos"); qos && qos->number(-1, 2) != 1.0)
        qos->refuse("qos 1 is wanted, the others are not available in this version");
    if (const auto kind = group.find("topic_kind")) {
        if (kind->text() == "short" || kind->text().starts_with("predefined:"))
            kind->complain("\"registered\" is wanted; short and predefined topics are not available in this version");
        kind->word(topic_kinds);
    }
    if (const auto payload = group.find("payload")) payload->word(payloads);
    sensor.sample = group.need("sample").duration(std::chrono::milliseconds(1), std::chrono::hours(24 * 31));
    if (const auto session = group.find("session")) read_session(*session, sensor);
    if (const auto retry = group.find("retry")) read_retry(*retry, sensor);
    if (const auto store = group.find("store")) read_store(*store, sensor);
    return sensor;
}

std::string topic_of(const Field& topic, const std::string& station, std::uint64_t n) {
    const std::array<Placeholder, 2> known = {{{.name = "station", .text = station, .number = 0, .is_number = false},
                                               {.name = "n", .text = {}, .number = n, .is_number = true}}};
    auto expanded = expand(topic.text(), known);
    if (!expanded) topic.complain(expanded.error().text);
    if (!mqtt::is_topic_name(*expanded)) topic.refuse("a topic without wildcards (+, #) is wanted");
    if (expanded->size() > longest_topic)
        topic.complain("a topic of at most " + std::to_string(longest_topic) + " octets is wanted, got " +
                       std::to_string(expanded->size()));
    return *std::move(expanded);
}

/// A message names its sensor by its topic.
void add_topic(const Field& topic, Draft& draft, const SensorPlan& sensor) {
    const auto [known, added] = draft.sensor_by_topic.emplace(sensor.topic, draft.plan.sensors.size());
    if (!added)
        topic.complain("\"" + sensor.id + "\" would publish to \"" + sensor.topic + "\" as \"" +
                       draft.plan.sensors[known->second].id +
                       "\" does; a topic for each sensor is wanted, with {station} and {n}");
}

/// A unit stands in each reading as it is, without escapes.
void read_unit(const Field& unit, SignalPlan& signal) {
    signal.unit = unit.text();
    const bool plain = std::all_of(signal.unit.begin(), signal.unit.end(), [](char character) {
        return static_cast<unsigned char>(character) >= 0x20 && character != 0x7f && character != '"' &&
               character != '\\';
    });
    if (!plain || signal.unit.size() > longest_unit)
        unit.refuse("a unit of at most " + std::to_string(longest_unit) +
                    " octets without quotes and backslashes is wanted");
}

void check_sizes(const Field& group, const Draft& draft, std::uint64_t added, Duration sample,
                 std::uint64_t& readings) {
    const std::uint64_t sensors = draft.plan.sensors.size() + added;
    if (sensors > most_sensors)
        group.complain("at most " + std::to_string(most_sensors) + " sensors are wanted in all, got " +
                       std::to_string(sensors));
    const auto each = static_cast<std::uint64_t>((draft.plan.warmup + draft.plan.run) / sample) + 1;
    if (each > (most_readings - readings) / added)
        group.complain("at most " + std::to_string(most_readings) +
                       " readings are wanted in all: fewer sensors, a longer \"sample\" or a shorter run");
    readings += each * added;
}

}  // namespace

void read_signals(const Field& signals, Draft& draft) {
    constexpr std::array<Key, 10> keys = {{{"model"},
                                           {"mean"},
                                           {"sigma"},
                                           {"tau"},
                                           {"unit"},
                                           {"couples", false},
                                           {"amp", false},
                                           {"period", false},
                                           {"travel", false},
                                           {"states", false}}};
    constexpr std::array<std::string_view, 1> models = {"ou"};
    constexpr std::array<std::string_view, 6> later = {"sine+noise", "sine", "actuator", "step", "replay", "counter"};
    for (const Field::Named& named : signals.members()) {
        named.field.check_name(named.key);
        named.field.need("model").word(models, later);
        named.field.allow(keys);
        draft.signal_names.add(named.field, named.key);
        SignalPlan signal;
        signal.id = named.key;
        signal.mean = named.field.need("mean").number(-largest_value, largest_value);
        if (const auto sigma = named.field.find("sigma")) signal.sigma = sigma->number(0.0, largest_value);
        signal.tau = std::chrono::minutes(1);
        if (const auto tau = named.field.find("tau"))
            signal.tau = tau->duration(std::chrono::milliseconds(1), std::chrono::hours(24 * 366));
        if (const auto unit = named.field.find("unit")) read_unit(*unit, signal);
        draft.plan.signals.push_back(std::move(signal));
    }
}

void read_sensors(const Field& sensors, Draft& draft) {
    std::uint64_t readings = 0;
    for (const Field& group : sensors.items()) {
        group.allow(sensor_keys);
        SensorPlan sensor = read_group(group, draft);
        const auto count_field = group.find("count");
        const std::uint64_t count = count_field ? count_field->natural(1, most_sensors) : 1;
        const Field at = group.need("at");
        const Field topic = group.need("topic");
        const std::vector<std::size_t> stations = draft.station_names.select(at);
        check_sizes(count_field.value_or(group), draft, count * stations.size(), sensor.sample, readings);
        for (const std::size_t station : stations) {
            const StationDraft& place = draft.stations[station];
            sensor.station = draft.station_names[station];
            if (!place.gateway)
                at.complain("station \"" + sensor.station +
                            "\" is served by no gateway; add it to a gateway's \"serves\"");
            sensor.gateway = *place.gateway;
            sensor.field_link = place.field_link;
            for (std::uint64_t n = 1; n <= count; ++n) {
                sensor.id = sensor.group + '@' + sensor.station + '-' + std::to_string(n);
                sensor.topic = topic_of(topic, sensor.station, n);
                draft.sensor_names.add(at, sensor.id);
                add_topic(topic, draft, sensor);
                draft.plan.sensors.push_back(sensor);
            }
        }
    }
}

}  // namespace trunkline::sim::reading
