#include "simulator/scenario/chaos_knobs.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "protocol/base/random.hpp"

namespace trunkline::sim::reading {

namespace {

// FoundationDB's share of "buggified" knobs.
constexpr double turned = 0.25;

class Knobs {
public:
    explicit Knobs(std::uint64_t seed) : seed_(seed) {}

    /// Perhaps sets the key of an object `section` that belongs to `owner`, which has it or not.
    void turn(const Node& owner, const std::string& place, std::string_view section, std::string_view key,
              std::span<const std::string_view> values) {
        const std::string path = place + '/' + std::string(section) + '/' + std::string(key);
        Random random(seed_, "knob:" + path, "value");
        if (!random.chance(turned)) return;
        const std::string value(values[static_cast<std::size_t>(random.below(values.size()))]);
        const bool is_there = owner.find(section) != nullptr || is_made(place + '/' + std::string(section));
        if (is_there) {
            drawn_.push_back(path + '=' + value);
            return;
        }
        made_.push_back(place + '/' + std::string(section));
        drawn_.push_back(made_.back() + "={\"" + std::string(key) + "\": " + value + '}');
    }
    /// Perhaps sets a key of the object itself.
    void turn(const std::string& place, std::string_view key, std::span<const std::string_view> values) {
        const std::string path = place + '/' + std::string(key);
        Random random(seed_, "knob:" + path, "value");
        if (!random.chance(turned)) return;
        drawn_.push_back(path + '=' + std::string(values[static_cast<std::size_t>(random.below(values.size()))]));
    }
    std::vector<std::string> take() { return std::move(drawn_); }

private:
    bool is_made(const std::string& section) const {
        return std::find(made_.begin(), made_.end(), section) != made_.end();
    }

    std::uint64_t seed_;
    std::vector<std::string> drawn_;
    std::vector<std::string> made_;  // sections that the file does not have
};

constexpr std::array<std::string_view, 4> keep_alives = {R"("4s")", R"("7s")", R"("20s")", R"("5m")"};
constexpr std::array<std::string_view, 4> retry_times = {R"("1s")", R"("3s")", R"("6s")", R"("15s")"};
constexpr std::array<std::string_view, 3> retry_counts = {"1", "2", "5"};
constexpr std::array<std::string_view, 3> stores = {"1", "3", "1000"};
constexpr std::array<std::string_view, 3> windows = {"1", "2", "4"};
constexpr std::array<std::string_view, 3> queues = {"3", "20", "200"};
constexpr std::array<std::string_view, 4> queue_windows = {"0", "1", "5", "50"};
constexpr std::array<std::string_view, 3> stored = {"1", "3", "20"};
constexpr std::array<std::string_view, 3> connections = {"1", "2", "16"};
constexpr std::array<std::string_view, 3> buffers = {R"("256B")", R"("1KiB")", R"("4KiB")"};

std::string_view text_of(const Node& object, std::string_view key) {
    const Node* value = object.find(key);
    return value != nullptr ? std::string_view(value->text) : std::string_view();
}

void turn_devices(const Node& group, const std::string& place, Knobs& knobs) {
    const bool is_mqtt_sn = text_of(group, "protocol") == "mqtt-sn";
    const Node* qos = group.find("qos");
    if (is_mqtt_sn && qos != nullptr && qos->number < 0) return;  // it never connects
    // Whoever sleeps means the length of its sleep.
    if (group.find("sleep") == nullptr) knobs.turn(group, place, "session", "keepalive", keep_alives);
    knobs.turn(group, place, "store", "messages", stores);
    if (is_mqtt_sn) {
        knobs.turn(group, place, "retry", "t", retry_times);
        knobs.turn(group, place, "retry", "n", retry_counts);
    } else {
        knobs.turn(place, "inflight", windows);
    }
}

}  // namespace

std::vector<std::string> draw_knobs(const Node& root, std::uint64_t seed) {
    Knobs knobs(seed);
    const auto each_of = [&root](std::string_view list, const auto& turn) {
        const Node* all = root.find(list);
        if (all == nullptr) return;
        for (std::size_t at = 0; at < all->items.size(); ++at)
            turn(all->items[at], '/' + std::string(list) + '/' + std::to_string(at));
    };
    each_of("sensors", [&](const Node& group, const std::string& place) { turn_devices(group, place, knobs); });
    each_of("gateways", [&](const Node& gateway, const std::string& place) {
        knobs.turn(gateway, place, "set", "uplink_window", windows);
        knobs.turn(gateway, place, "set", "stored_messages", stored);
        knobs.turn(gateway, place, "set", "downlink_messages", windows);
        if (text_of(gateway, "mode") == "aggregating" || gateway.find("client_mode") != nullptr)
            knobs.turn(gateway, place, "set", "upstream_connections", connections);
    });
    if (const Node* broker = root.find("broker")) {
        knobs.turn(*broker, "/broker", "set", "max_queued_messages", queues);
        knobs.turn(*broker, "/broker", "set", "queue_window_messages", queue_windows);
        knobs.turn(*broker, "/broker", "set", "receive_maximum", windows);
        knobs.turn(*broker, "/broker", "set", "max_inflight_messages", windows);
    }
    if (const Node* links = root.find("links")) {
        for (const Member& link : links->members) {
            if (link.value.find("rate") != nullptr) knobs.turn("/links/" + pointer_token(link.key), "queue", buffers);
        }
    }
    return knobs.take();
}

}  // namespace trunkline::sim::reading
