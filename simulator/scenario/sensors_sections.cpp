// "sensors": groups of MQTT-SN sensors and of RTUs, expanded to one plan each.

#include <algorithm>
#include <array>
#include <vector>

#include "protocol/mqtt/topic_name.hpp"
#include "simulator/scenario/device_habits.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/placeholders.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::uint64_t most_sensors = 1'000'000;
constexpr std::uint64_t most_readings = 1'000'000'000;
// REGISTER has to fit into a datagram of 1,400 octets together with the sender's headers.
constexpr std::size_t longest_topic = 1'000;

constexpr std::array<Key, 23> sensor_keys = {
    {{"id"},    {"at"},         {"count"},   {"only"},     {"signal"},   {"protocol"}, {"link"},         {"qos"},
     {"topic"}, {"topic_kind"}, {"payload"}, {"retain"},   {"sample"},   {"session"},  {"retry"},        {"store"},
     {"will"},  {"reconnect"},  {"sleep"},   {"commands"}, {"inflight"}, {"report"},   {"script", false}}};

/// "only": which of the devices that "at" and "count" name there are. Without it, all.
class Chosen {
public:
    explicit Chosen(const Field& group) {
        const auto only = group.find("only");
        if (!only) return;
        is_all_ = false;
        for (const Field& id : only->items()) wanted_.push_back({id.text(), id});
        if (wanted_.empty()) only->complain("the id of a device at least is wanted; without \"only\" there are all");
        std::stable_sort(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return a.id < b.id; });
    }
    /// Whether there is the device with this id, which is asked for once.
    bool takes(const std::string& id) {
        if (is_all_) return true;
        const auto found =
            std::lower_bound(wanted_.begin(), wanted_.end(), id,
                             [](const Wanted& each, const std::string& wanted) { return each.id < wanted; });
        if (found == wanted_.end() || found->id != id || found->is_there) return false;
        found->is_there = true;
        return true;
    }
    /// Refuses what no device is called, or what is said twice.
    void check_all_are_there() const {
        for (const Wanted& each : wanted_) {
            if (!each.is_there)
                each.field.complain(
                    "a device of this group, like \"GROUP@STATION-1\", is wanted, each once; no other "
                    "one is called \"" +
                    each.id + '"');
        }
    }

private:
    struct Wanted {
        std::string id;
        Field field;
        bool is_there = false;
    };
    bool is_all_ = true;
    std::vector<Wanted> wanted_;  // by id
};

DeviceProtocol read_protocol(const Field& protocol) {
    constexpr std::array<std::string_view, 3> protocols = {"mqtt-sn", "mqtt", "mqtt5"};
    const std::string word = protocol.word(protocols);
    if (word == "mqtt-sn") return DeviceProtocol::mqtt_sn;
    return word == "mqtt5" ? DeviceProtocol::mqtt5 : DeviceProtocol::mqtt;
}

/// A device that never connects has nobody to leave a will with, to sleep for, or to hear.
void check_connectionless(const Field& group, const SensorPlan& sensor) {
    if (sensor.qos >= 0) return;
    for (const std::string_view key : {"will", "sleep", "commands"}) {
        if (const auto field = group.find(key)) field->complain("a device with qos -1 never connects; leave it out");
    }
}

/// What is the same for all devices of a group.
SensorPlan read_group(const Field& group, Draft& draft) {
    constexpr std::array<std::string_view, 1> payloads = {"json"};
    SensorPlan sensor;
    const Field id = group.need("id");
    sensor.group = id.name();
    draft.group_names.add(id, sensor.group);
    sensor.protocol = read_protocol(group.need("protocol"));
    sensor.signal = draft.signal_names.index_of(group.need("signal"));
    if (const auto kind = group.find("topic_kind")) read_topic_kind(*kind, sensor);
    if (const auto qos = group.find("qos")) read_qos(*qos, sensor);
    if (const auto retain = group.find("retain")) sensor.retain = retain->boolean();
    if (const auto payload = group.find("payload")) payload->word(payloads);
    const auto report = group.find("report");
    // Who tells less than it measures may measure as often as it likes.
    const auto sample = report ? group.find("sample") : group.need("sample");
    sensor.sample = std::chrono::seconds(1);
    if (sample) sensor.sample = sample->duration(std::chrono::milliseconds(1), std::chrono::hours(24 * 31));
    if (report) read_reporting(*report, sensor);
    if (const auto session = group.find("session")) read_session(*session, sensor);
    if (const auto retry = group.find("retry")) read_retry(*retry, sensor);
    if (const auto store = group.find("store")) read_store(*store, sensor);
    if (const auto will = group.find("will")) read_will(*will, sensor);
    if (const auto reconnect = group.find("reconnect")) read_reconnect(*reconnect, sensor);
    if (const auto sleep = group.find("sleep")) read_sleep(*sleep, sensor);
    if (const auto inflight = group.find("inflight")) read_in_flight(*inflight, sensor);
    if (const auto commands = group.find("commands")) sensor.commands = CommandsPlan{commands->text()};
    check_connectionless(group, sensor);
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

/// One device of a group, which has its id: its topics.
void add_device(const Field& group, Draft& draft, SensorPlan& sensor, std::uint64_t n) {
    const Field topic = group.need("topic");
    sensor.topic = topic_of(topic, sensor.station, n);
    if (sensor.topic_kind == TopicKind::short_name && sensor.topic.size() != 2)
        topic.complain("a short topic has two octets, \"" + sensor.topic + "\" has " +
                       std::to_string(sensor.topic.size()));
    if (sensor.will) sensor.will->topic = topic_of(group.need("will").need("topic"), sensor.station, n);
    if (sensor.commands) sensor.commands->topic = topic_of(group.need("commands"), sensor.station, n);
    draft.sensor_names.add(group.need("at"), sensor.id);
    add_topic(topic, draft, sensor);
    draft.plan.sensors.push_back(sensor);
}

/// Ids rise from device to device: with qos -1, nothing else says which one a message is of.
void number_topic(const Field& kind, Draft& draft, SensorPlan& sensor, std::uint64_t id) {
    if (id > 65'534)
        kind.complain("the ids of this group go beyond 65534; each device has its own, one after the other");
    sensor.predefined_id = static_cast<std::uint16_t>(id);
    const std::pair place(sensor.gateway, sensor.predefined_id);
    const auto [known, added] = draft.sensor_by_predefined_id.emplace(place, draft.plan.sensors.size());
    if (!added)
        kind.complain("\"" + draft.plan.sensors[known->second].id + "\" has id " + std::to_string(id) +
                      " at this gateway already; each device has its own, in a group one after the other");
}

/// Over which link it speaks, and to whom.
void place_device(const Field& group, const Draft& draft, std::size_t station, SensorPlan& sensor) {
    const StationDraft& place = draft.stations[station];
    const auto link = group.find("link");
    if (draft.plan.signals[sensor.signal].couples && !place.km)
        group.need("at").complain("\"" + draft.signal_names[sensor.signal] +
                                  "\" couples with the pipe's hydraulics, and station \"" +
                                  draft.station_names[station] + "\" has no \"km\"");
    sensor.metres = place.km.value_or(0.0) * metres_in_km;
    sensor.station = draft.station_names[station];
    sensor.field_link = place.field_link;
    if (sensor.protocol != DeviceProtocol::mqtt_sn) {
        sensor.field_link = link ? draft.link_names.index_of(*link) : place.uplink.value_or(place.field_link);
        draft.check_carries_streams(link.value_or(group.need("protocol")), sensor.field_link);
        return;
    }
    if (link) link->complain("MQTT-SN sensors speak over their station's \"field\" link; leave it out");
    if (!place.gateway)
        group.need("at").complain("station \"" + sensor.station +
                                  "\" is served by no gateway; add it to a gateway's \"serves\"");
    sensor.gateway = *place.gateway;
}

/// Whether its gateway carries it in aggregating mode.
bool is_aggregated(const Draft& draft, const SensorPlan& sensor) {
    if (sensor.protocol != DeviceProtocol::mqtt_sn) return false;
    const GatewayPlan& gateway = draft.plan.gateways[sensor.gateway];
    for (const ClientModePlan& rule : gateway.client_modes) {
        if (glob_matches(rule.pattern, sensor.id)) return rule.is_aggregating;
    }
    return gateway.is_aggregating;
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

void read_sensors(const Field& sensors, Draft& draft) {
    std::uint64_t readings = 0;
    for (const Field& group : sensors.items()) {
        group.allow(sensor_keys);
        const SensorPlan sensor = read_group(group, draft);
        const auto count_field = group.find("count");
        const std::uint64_t count = count_field ? count_field->natural(1, most_sensors) : 1;
        const std::vector<std::size_t> stations = draft.station_names.select(group.need("at"));
        check_sizes(count_field.value_or(group), draft, count * stations.size(), sensor.sample, readings);
        std::uint64_t predefined_id = sensor.predefined_id;  // of the first
        Chosen chosen(group);
        for (const std::size_t station : stations) {
            SensorPlan device = sensor;
            place_device(group, draft, station, device);
            for (std::uint64_t n = 1; n <= count; ++n) {
                const std::uint64_t topic_id = predefined_id++;  // the same, whoever else there is
                device.id = device.group + '@' + device.station + '-' + std::to_string(n);
                if (!chosen.takes(device.id)) continue;
                device.is_aggregated = is_aggregated(draft, device);
                if (sensor.topic_kind == TopicKind::predefined)
                    number_topic(group.need("topic_kind"), draft, device, topic_id);
                add_device(group, draft, device, n);
            }
        }
        chosen.check_all_are_there();
    }
}

}  // namespace trunkline::sim::reading
