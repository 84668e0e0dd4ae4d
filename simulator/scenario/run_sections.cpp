// Sections about the run as a whole: clock, phases, broker.

#include <array>
#include <charconv>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr Duration longest_phase = std::chrono::hours(24 * 366);

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

/// "2026-01-15T06:00:00Z" (RFC 3339 in UTC, whole seconds).
std::optional<WallTime> parse_wall_time(std::string_view text) {
    if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || text[19] != 'Z')
        return std::nullopt;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    const auto hour = digits(text.substr(11, 2));
    const auto minute = digits(text.substr(14, 2));
    const auto second = digits(text.substr(17, 2));
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *year < 1970 || *year > 2200 || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return WallTime(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*hour) +
                    std::chrono::minutes(*minute) + std::chrono::seconds(*second));
}

}  // namespace

void read_clock(const Field& clock, Scenario& plan) {
    constexpr std::array<Key, 2> keys = {{{"mode"}, {"start"}}};
    constexpr std::array<std::string_view, 2> modes = {"virtual", "real"};
    clock.allow(keys);
    if (const auto mode = clock.find("mode"))
        plan.clock = mode->word(modes) == "real" ? ClockMode::real_time : ClockMode::virtual_time;
    if (const auto start = clock.find("start")) {
        const auto parsed = parse_wall_time(start->text());
        if (!parsed) start->refuse("a time in UTC is wanted, like \"2026-01-15T06:00:00Z\"");
        plan.start = *parsed;
    }
}

void read_phases(const Field& phases, Scenario& plan) {
    constexpr std::array<Key, 3> keys = {{{"warmup"}, {"run"}, {"drain"}}};
    phases.allow(keys);
    plan.warmup = Duration::zero();
    plan.drain = std::chrono::minutes(1);
    if (const auto warmup = phases.find("warmup")) plan.warmup = warmup->duration(Duration::zero(), longest_phase);
    plan.run = phases.need("run").duration(std::chrono::seconds(1), longest_phase);
    if (const auto drain = phases.find("drain")) plan.drain = drain->duration(Duration::zero(), longest_phase);
}

namespace {

void read_broker_settings(const Field& set, BrokerPlan& broker) {
    constexpr std::array<Key, 5> keys = {{{"max_queued_messages"},
                                          {"queue_window_messages"},
                                          {"queue_policy"},
                                          {"receive_maximum"},
                                          {"max_inflight_messages"}}};
    constexpr std::array<std::string_view, 2> policies = {"drop-newest", "drop-oldest"};
    set.allow(keys);
    if (const auto limit = set.find("max_queued_messages")) broker.queue_limit = limit->natural(1, 100'000'000);
    if (const auto window = set.find("queue_window_messages")) broker.queue_window = window->natural(0, 100'000'000);
    if (const auto maximum = set.find("receive_maximum"))
        broker.receive_maximum = static_cast<std::uint16_t>(maximum->natural(1, 65'535));
    if (const auto maximum = set.find("max_inflight_messages"))
        broker.inflight_messages = static_cast<std::uint16_t>(maximum->natural(1, 65'535));
    if (const auto policy = set.find("queue_policy"); policy && policy->word(policies) == "drop-oldest")
        broker.drop = BrokerPlan::Drop::oldest;
}

}  // namespace

void read_broker(const Field& broker, BrokerPlan& plan) {
    constexpr std::array<Key, 4> keys = {{{"use"}, {"state"}, {"set"}, {"accept_per_s"}}};
    constexpr std::array<std::string_view, 1> uses = {"embedded"};
    constexpr std::array<std::string_view, 2> states = {"ledger", "virtual-disk"};
    broker.allow(keys);
    if (const auto use = broker.find("use")) use->word(uses);
    if (const auto state = broker.find("state"); state && state->word(states) == "virtual-disk")
        plan.state = BrokerPlan::State::virtual_disk;
    if (const auto rate = broker.find("accept_per_s"))
        plan.accept_per_s = static_cast<unsigned>(rate->natural(1, 1'000'000));
    if (const auto set = broker.find("set")) read_broker_settings(*set, plan);
}

}  // namespace trunkline::sim::reading
