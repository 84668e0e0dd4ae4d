#include "simulator/scenario/chaos_faults.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "protocol/base/draws.hpp"
#include "protocol/base/random.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr double mean_length_s = 45.0;
constexpr std::chrono::minutes longest_fault{5};

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }
std::string member(std::string_view key, const std::string& value) { return ", " + quoted(key) + ": " + value; }

/// Draws one fault after the other, and what belongs to one statement by statement: in which order a sum's operands are
/// drawn, compilers choose. Names of victims are written out, so that a fault stays what it is when others are
/// left out.
class ChaosDraw {
public:
    ChaosDraw(const Draft& draft, Random random) : draft_(draft), random_(random) {}

    /// What the kind says besides its id and its time; empty: nobody is there to suffer it. `left`: of the run phase.
    std::string fault(std::string_view kind, Duration left) {
        if (kind == "down") return lasting(station(), left);
        if (kind == "link") return link(left);
        if (kind == "restart") return restart(left);
        if (kind == "partition") return partition(left);
        if (kind == "flap") return flap(left);
        if (kind == "swizzle") return lasting(draft_.station_names.size() > 0 ? "station:*" : "", left);
        if (kind == "disconnect") return disconnect();
        if (kind == "connect-storm") return storm();
        if (kind == "kick") return on(client());
        if (kind == "surge") return surge(left);
        if (kind == "skew") return skew(left);
        if (kind == "disk-full") return lasting(program(), left);
        if (kind == "new-address") return new_address();
        if (kind == "pause") return lasting(random_.chance(0.5) ? program() : actor(), left);
        return lasting(actor(), left);  // "stall"
    }
    Random& luck() { return random_; }

private:
    static std::string on(const std::string& whom) { return whom.empty() ? whom : member("on", quoted(whom)); }
    std::string lasting(const std::string& whom, Duration left) {
        return whom.empty() ? whom : on(whom) + member("for", quoted(duration_text(length(left))));
    }
    Duration length(Duration left) {
        const double drawn_ms = 1'000.0 * mean_length_s * draw_exponential(random_);
        const auto drawn = std::chrono::milliseconds(static_cast<std::int64_t>(drawn_ms));
        return std::clamp<Duration>(drawn, std::chrono::seconds(1), std::min<Duration>(left, longest_fault));
    }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_.below(bound)); }
    std::string one_of(const Names& names, std::string_view kind) {
        return names.size() == 0 ? std::string() : std::string(kind) + names[below(names.size())];
    }
    /// One at which there are devices.
    std::string station() {
        const auto& sensors = draft_.plan.sensors;
        return sensors.empty() ? std::string() : "station:" + sensors[below(sensors.size())].station;
    }
    /// An RTU may have a link of its own.
    std::string field_link() {
        std::vector<std::size_t> sensors;
        for (std::size_t at = 0; at < draft_.plan.sensors.size(); ++at) {
            if (draft_.plan.sensors[at].protocol == DeviceProtocol::mqtt_sn) sensors.push_back(at);
        }
        if (sensors.empty()) return {};
        return "link:" + draft_.plan.sensors[sensors[below(sensors.size())]].station + ".field";
    }
    std::string gateway() { return one_of(draft_.gateway_names, "gateway:"); }
    std::string actor() { return one_of(draft_.actor_names, "actor:"); }
    std::string program() { return draft_.gateway_names.size() == 0 || random_.chance(0.5) ? "broker" : gateway(); }
    std::string group() {
        std::vector<std::string> groups;  // that connect
        for (const SensorPlan& sensor : draft_.plan.sensors) {
            if (sensor.qos >= 0 && (groups.empty() || groups.back() != sensor.group)) groups.push_back(sensor.group);
        }
        return groups.empty() ? std::string() : "sensor:" + groups[below(groups.size())] + "@*";
    }
    std::string client() {
        if (draft_.actor_names.size() > 0 && random_.chance(0.3)) return actor();
        std::vector<std::size_t> sensors;
        for (std::size_t at = 0; at < draft_.plan.sensors.size(); ++at) {
            if (draft_.plan.sensors[at].qos >= 0) sensors.push_back(at);
        }
        return sensors.empty() ? std::string() : "sensor:" + draft_.sensor_names[sensors[below(sensors.size())]];
    }

    std::string link(Duration left) {
        const std::string at = field_link();
        if (at.empty()) return at;
        const std::uint64_t percent = 20 + random_.below(60);
        return lasting(at, left) +
               member("set", R"({"loss": {"model": "bernoulli", "p": 0.)" + std::to_string(percent) + "}}");
    }
    std::string restart(Duration left) {
        std::string text = on(program());
        text += member("down_for", quoted(duration_text(length(left))));
        text += member("lose_unsynced", random_.chance(0.5) ? "true" : "false");
        return text;
    }
    std::string partition(Duration left) {
        constexpr std::array<std::string_view, 4> directions = {"both", "both", "up", "down"};
        const std::string whom = gateway();
        if (whom.empty()) return whom;
        std::string text = member("between", '[' + quoted(whom) + R"(, "broker"])");
        text += member("for", quoted(duration_text(length(left))));
        text += member("direction", quoted(directions[below(directions.size())]));
        return text;
    }
    std::string flap(Duration left) {
        const std::string whom = random_.chance(0.3) ? gateway() : station();
        if (whom.empty()) return whom;
        std::string text = lasting(whom, left);
        text += member("up", quoted(std::to_string(5 + below(30)) + 's'));
        text += member("down", quoted(std::to_string(1 + below(15)) + 's'));
        return text;
    }
    std::string disconnect() {
        const std::string whom = client();
        if (whom.empty()) return whom;
        return on(whom) + member("how", random_.chance(0.5) ? quoted("clean") : quoted("silent"));
    }
    std::string storm() {
        const std::string whom = group();
        return whom.empty() ? whom : on(whom) + member("within", quoted(std::to_string(below(5)) + 's'));
    }
    std::string surge(Duration left) {
        const std::string whom = group();
        if (whom.empty()) return whom;
        std::string text = lasting(whom, left);
        text += member("factor", std::to_string(2 + below(9)));
        return text;
    }
    std::string skew(Duration left) {
        const std::string whom = station();
        if (whom.empty()) return whom;
        std::string text = lasting(whom, left);
        text += member("by", quoted(std::to_string(below(10)) + 's'));
        text += member("drift_ppm", std::to_string(static_cast<int>(below(100'001)) - 50'000));
        return text;
    }

    std::string new_address() {
        const std::string whom = station();
        return whom.empty() ? whom : on(whom) + member("host", random_.chance(0.5) ? quoted("new") : quoted("same"));
    }

    const Draft& draft_;
    Random random_;
};

const ChaosShare& drawn_share(const std::vector<ChaosShare>& mix, Random& random) {
    const std::uint64_t all =
        std::accumulate(mix.begin(), mix.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const ChaosShare& share) { return sum + share.weight; });
    std::uint64_t place = random.below(all);
    const auto found = std::find_if(mix.begin(), mix.end(), [&place](const ChaosShare& share) {
        if (place < share.weight) return true;
        place -= share.weight;
        return false;
    });
    return *found;
}

}  // namespace

std::span<const std::string_view> chaos_kinds() {
    static constexpr std::array<std::string_view, 15> kinds = {
        "down", "link",  "restart", "partition", "flap",  "swizzle", "disconnect", "connect-storm",
        "kick", "surge", "skew",    "disk-full", "pause", "stall",   "new-address"};
    return kinds;
}

std::vector<std::string> draw_chaos_faults(const Draft& draft, const std::vector<ChaosShare>& mix, double per_hour) {
    constexpr Duration shortest_left = std::chrono::seconds(2);
    std::vector<std::string> faults;
    if (per_hour <= 0.0) return faults;
    ChaosDraw draw(draft, Random(draft.plan.seed, "chaos", "faults"));
    const double mean_gap_ms = 3'600'000.0 / per_hour;
    Duration at{};
    for (;;) {
        const double gap_ms = mean_gap_ms * draw_exponential(draw.luck());
        at += std::chrono::milliseconds(1 + static_cast<std::int64_t>(gap_ms));
        const Duration left = draft.plan.run - at;
        if (left < shortest_left) return faults;
        const std::string& kind = drawn_share(mix, draw.luck()).kind;
        const std::string rest = draw.fault(kind, left);
        if (rest.empty()) continue;
        faults.push_back(R"({"id": "chaos-)" + std::to_string(faults.size() + 1) + '"' +
                         member("at", quoted(duration_text(at))) + member("do", quoted(kind)) + rest + '}');
    }
}

}  // namespace trunkline::sim::reading
