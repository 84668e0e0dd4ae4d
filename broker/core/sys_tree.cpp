#include "broker/core/sys_tree.hpp"

#include <chrono>
#include <cmath>
#include <iterator>
#include <utility>

namespace trunkline::broker {

namespace {

constexpr std::string_view sys_root = "$SYS/broker/";

struct SysRow {
    std::string_view name;
    std::uint64_t (*value)(const Counters&, const Gauges&);
};

std::uint64_t all_dropped(const Counters& counters) {
    std::uint64_t sum = 0;
    for (const std::uint64_t of_one_cause : counters.publish_dropped) sum += of_one_cause;
    return sum;
}

// Where Mosquitto has two names for one thing, both are here: its users' dashboards read either.
constexpr SysRow sys_rows[] = {
    {"bytes/received", [](const Counters& c, const Gauges&) { return c.bytes_received; }},
    {"bytes/sent", [](const Counters& c, const Gauges&) { return c.bytes_sent; }},
    {"clients/active", [](const Counters&, const Gauges& g) { return g.clients; }},
    {"clients/connected", [](const Counters&, const Gauges& g) { return g.clients; }},
    {"clients/disconnected", [](const Counters&, const Gauges& g) { return g.sessions - g.clients; }},
    {"clients/expired", [](const Counters& c, const Gauges&) { return c.sessions_expired; }},
    {"clients/inactive", [](const Counters&, const Gauges& g) { return g.sessions - g.clients; }},
    {"clients/maximum", [](const Counters&, const Gauges& g) { return g.clients_maximum; }},
    {"clients/total", [](const Counters&, const Gauges& g) { return g.sessions; }},
    {"connections/socket/count", [](const Counters&, const Gauges& g) { return g.connections; }},
    {"heap/current", [](const Counters&, const Gauges& g) { return g.memory; }},
    {"heap/maximum", [](const Counters&, const Gauges& g) { return g.memory_maximum; }},
    {"messages/received", [](const Counters& c, const Gauges&) { return c.packets_received; }},
    {"messages/sent", [](const Counters& c, const Gauges&) { return c.packets_sent; }},
    {"messages/stored", [](const Counters&, const Gauges& g) { return g.messages; }},
    {"packet/out/bytes", [](const Counters&, const Gauges& g) { return g.output_bytes; }},
    {"publish/bytes/received", [](const Counters& c, const Gauges&) { return c.publish_bytes_received; }},
    {"publish/bytes/sent", [](const Counters& c, const Gauges&) { return c.publish_bytes_sent; }},
    {"publish/messages/dropped", [](const Counters& c, const Gauges&) { return all_dropped(c); }},
    {"publish/messages/received", [](const Counters& c, const Gauges&) { return c.publish_received; }},
    {"publish/messages/sent", [](const Counters& c, const Gauges&) { return c.publish_sent; }},
    {"queued/messages/bytes", [](const Counters&, const Gauges& g) { return g.queued_bytes; }},
    {"queued/messages/count", [](const Counters&, const Gauges& g) { return g.queued_messages; }},
    {"retained messages/count", [](const Counters&, const Gauges& g) { return g.retained; }},
    {"shared_subscriptions/count", [](const Counters&, const Gauges& g) { return g.shared_subscriptions; }},
    {"store/messages/bytes", [](const Counters&, const Gauges& g) { return g.message_bytes; }},
    {"store/messages/count", [](const Counters&, const Gauges& g) { return g.messages; }},
    {"subscriptions/count", [](const Counters&, const Gauges& g) { return g.subscriptions; }},
    {"wills/published", [](const Counters& c, const Gauges&) { return c.wills_published; }},
};

// Growth per minute.
constexpr SysRow load_rows[] = {
    {"load/bytes/received", [](const Counters& c, const Gauges&) { return c.bytes_received; }},
    {"load/bytes/sent", [](const Counters& c, const Gauges&) { return c.bytes_sent; }},
    {"load/connections", [](const Counters& c, const Gauges&) { return c.clients_connected; }},
    {"load/messages/received", [](const Counters& c, const Gauges&) { return c.packets_received; }},
    {"load/messages/sent", [](const Counters& c, const Gauges&) { return c.packets_sent; }},
    {"load/publish/dropped", [](const Counters& c, const Gauges&) { return all_dropped(c); }},
    {"load/publish/received", [](const Counters& c, const Gauges&) { return c.publish_received; }},
    {"load/publish/sent", [](const Counters& c, const Gauges&) { return c.publish_sent; }},
    {"load/sockets", [](const Counters& c, const Gauges&) { return c.connections_opened; }},
};

constexpr std::size_t load_places = std::size(load_rows) * LoadAverage::span_count;
constexpr std::size_t own_places = 3;  // version, durability, uptime

std::string sys_topic(std::string_view name) { return std::string(sys_root).append(name); }

/// With two decimals, whatever the locale.
std::string with_two_decimals(double value) {
    const auto hundredths = static_cast<std::uint64_t>(std::llround(value * 100));
    const std::uint64_t rest = hundredths % 100;
    return std::to_string(hundredths / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

}  // namespace

SysTree::SysTree(std::string version, std::string_view durability)
    : version_(std::move(version)),
      durability_(durability),
      loads_(std::size(load_rows)),
      texts_(own_places + std::size(sys_rows) + load_places) {}

std::vector<SysTree::Value> SysTree::changes(const Counters& counters, const Gauges& gauges, Instant now) {
    const Duration elapsed = now - last_.value_or(now);
    last_ = now;
    if (!first_) first_ = now;
    std::vector<Value> changed;
    say(0, sys_topic("version"), version_, changed);
    say(1, sys_topic("durability"), durability_, changed);
    const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(now - *first_);
    say(2, sys_topic("uptime"), std::to_string(uptime.count()) + " seconds", changed);
    std::size_t place = own_places;
    for (const SysRow& row : sys_rows)
        say(place++, sys_topic(row.name), std::to_string(row.value(counters, gauges)), changed);
    for (std::size_t index = 0; index < std::size(load_rows); ++index) {
        LoadAverage& load = loads_[index];
        load.sample(load_rows[index].value(counters, gauges), elapsed);
        for (int span = 0; span < LoadAverage::span_count; ++span) {
            std::string name(load_rows[index].name);
            name.append("/").append(std::to_string(LoadAverage::span_minutes[span])).append("min");
            say(place++, sys_topic(name), with_two_decimals(load.per_minute(span)), changed);
        }
    }
    return changed;
}

void SysTree::say(std::size_t place, std::string topic, std::string text, std::vector<Value>& changed) {
    if (texts_[place] == text) return;  // an empty one, too: there is nothing to say
    if (texts_[place].empty()) ++said_;
    texts_[place] = text;
    changed.push_back({std::move(topic), std::move(text)});
}

}  // namespace trunkline::broker
