#include "broker/program/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "protocol/mqtt/topic_name.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::broker {

namespace {

using runtime::GivenValue;
using runtime::UsageError;
using std::chrono::seconds;

/// One number: where it goes, and what it may be.
struct Limit {
    std::string_view key;
    std::uint64_t least;
    std::uint64_t most;
    std::uint64_t (*get)(const Settings&);
    void (*set)(Settings&, std::uint64_t);
};

constexpr std::uint64_t most_packet_ids = 65'535;      // a packet identifier has two octets
constexpr std::uint64_t largest_packet = 268'435'460;  // [MQTT] 2.1.4: four octets of Remaining Length, five of header
constexpr std::uint64_t longest_keep_alive = 65'535;   // seconds in two octets
constexpr std::uint64_t most_aliases = 65'535;
constexpr std::uint64_t most_levels = 65'536;  // between as many slashes as a string can have
constexpr std::uint64_t most_octets = std::uint64_t{1} << 40U;
constexpr std::uint64_t least_memory = std::uint64_t{16} << 20U;
constexpr std::uint64_t longest_timeout = 3'600;
constexpr std::uint64_t longest_expiry = std::numeric_limits<std::uint32_t>::max();  // never, in MQTT 5 (§3.1.2.11.2)

constexpr std::array<Limit, 27> limits{{
    {"max_clients", 1, 10'000'000, [](const Settings& s) -> std::uint64_t { return s.client_limit; },
     [](Settings& s, std::uint64_t n) { s.client_limit = n; }},
    {"max_subscriptions", 1, 10'000'000, [](const Settings& s) -> std::uint64_t { return s.subscription_limit; },
     [](Settings& s, std::uint64_t n) { s.subscription_limit = n; }},
    {"max_total_subscriptions", 1, 1'000'000'000,
     [](const Settings& s) -> std::uint64_t { return s.total_subscription_limit; },
     [](Settings& s, std::uint64_t n) { s.total_subscription_limit = n; }},
    {"max_filter_levels", 1, most_levels, [](const Settings& s) -> std::uint64_t { return s.filter_level_limit; },
     [](Settings& s, std::uint64_t n) { s.filter_level_limit = n; }},
    {"message_size_limit", 0, largest_packet, [](const Settings& s) -> std::uint64_t { return s.payload_limit; },
     [](Settings& s, std::uint64_t n) { s.payload_limit = n; }},
    {"max_packet_size", 128, largest_packet, [](const Settings& s) -> std::uint64_t { return s.maximum_packet_size; },
     [](Settings& s, std::uint64_t n) { s.maximum_packet_size = n; }},
    {"receive_maximum", 1, most_packet_ids, [](const Settings& s) -> std::uint64_t { return s.receive_maximum; },
     [](Settings& s, std::uint64_t n) { s.receive_maximum = static_cast<std::uint16_t>(n); }},
    {"max_inflight_messages", 1, most_packet_ids, [](const Settings& s) -> std::uint64_t { return s.maximum_inflight; },
     [](Settings& s, std::uint64_t n) { s.maximum_inflight = static_cast<std::uint16_t>(n); }},
    {"max_inflight_bytes", 0, most_octets, [](const Settings& s) -> std::uint64_t { return s.maximum_inflight_bytes; },
     [](Settings& s, std::uint64_t n) { s.maximum_inflight_bytes = n; }},
    {"max_publish_rate", 0, most_octets, [](const Settings& s) -> std::uint64_t { return s.publish_rate_limit; },
     [](Settings& s, std::uint64_t n) { s.publish_rate_limit = n; }},
    {"max_publish_bytes_rate", 0, most_octets,
     [](const Settings& s) -> std::uint64_t { return s.publish_rate_limit_bytes; },
     [](Settings& s, std::uint64_t n) { s.publish_rate_limit_bytes = n; }},
    {"max_connect_rate", 0, most_octets, [](const Settings& s) -> std::uint64_t { return s.connect_rate_limit; },
     [](Settings& s, std::uint64_t n) { s.connect_rate_limit = n; }},
    {"memory_limit", 0, most_octets, [](const Settings& s) -> std::uint64_t { return s.memory_limit; },
     [](Settings& s, std::uint64_t n) { s.memory_limit = n; }},
    {"memory_patience", 1, longest_timeout,
     [](const Settings& s) { return static_cast<std::uint64_t>(s.memory_patience.count()); },
     [](Settings& s, std::uint64_t n) { s.memory_patience = seconds(n); }},
    {"max_keepalive", 0, longest_keep_alive,
     [](const Settings& s) { return static_cast<std::uint64_t>(s.maximum_keep_alive.count()); },
     [](Settings& s, std::uint64_t n) { s.maximum_keep_alive = seconds(n); }},
    {"max_qos", 0, 2, [](const Settings& s) { return static_cast<std::uint64_t>(s.maximum_qos); },
     [](Settings& s, std::uint64_t n) { s.maximum_qos = static_cast<mqtt::QoS>(n); }},
    {"max_topic_alias", 0, most_aliases, [](const Settings& s) -> std::uint64_t { return s.topic_alias_maximum; },
     [](Settings& s, std::uint64_t n) { s.topic_alias_maximum = static_cast<std::uint16_t>(n); }},
    {"max_topic_alias_broker", 0, most_aliases,
     [](const Settings& s) -> std::uint64_t { return s.outbound_alias_maximum; },
     [](Settings& s, std::uint64_t n) { s.outbound_alias_maximum = static_cast<std::uint16_t>(n); }},
    {"max_session_expiry", 0, longest_expiry,
     [](const Settings& s) { return static_cast<std::uint64_t>(s.maximum_session_expiry.count()); },
     [](Settings& s, std::uint64_t n) { s.maximum_session_expiry = seconds(n); }},
    {"max_queued_messages", 1, 100'000'000, [](const Settings& s) -> std::uint64_t { return s.queue_limit_messages; },
     [](Settings& s, std::uint64_t n) { s.queue_limit_messages = n; }},
    {"max_queued_bytes", 1'024, most_octets, [](const Settings& s) -> std::uint64_t { return s.queue_limit_bytes; },
     [](Settings& s, std::uint64_t n) { s.queue_limit_bytes = n; }},
    {"queue_window_messages", 0, 100'000'000,
     [](const Settings& s) -> std::uint64_t { return s.queue_window_messages; },
     [](Settings& s, std::uint64_t n) { s.queue_window_messages = n; }},
    {"queue_window_bytes", 1'024, most_octets, [](const Settings& s) -> std::uint64_t { return s.queue_window_bytes; },
     [](Settings& s, std::uint64_t n) { s.queue_window_bytes = n; }},
    {"max_retained_messages", 0, 1'000'000'000,
     [](const Settings& s) -> std::uint64_t { return s.retained_limit_messages; },
     [](Settings& s, std::uint64_t n) { s.retained_limit_messages = n; }},
    {"max_output_octets", 1'024, most_octets, [](const Settings& s) -> std::uint64_t { return s.output_limit_bytes; },
     [](Settings& s, std::uint64_t n) { s.output_limit_bytes = n; }},
    {"connect_timeout", 1, longest_timeout,
     [](const Settings& s) {
         return static_cast<std::uint64_t>(std::chrono::duration_cast<seconds>(s.connect_timeout).count());
     },
     [](Settings& s, std::uint64_t n) { s.connect_timeout = seconds(n); }},
    {"will_grace", 0, longest_timeout,
     [](const Settings& s) { return static_cast<std::uint64_t>(s.will_grace.count()); },
     [](Settings& s, std::uint64_t n) { s.will_grace = seconds(n); }},
}};

constexpr std::uint64_t number_in(std::string_view digits) {
    std::uint64_t number = 0;
    for (const char digit : digits) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    return number;
}

/// The defaults that --help prints are those of the core.
constexpr bool defaults_agree() {
    for (const Limit& limit : limits) {
        for (const runtime::Key& key : limit_keys) {
            if (key.name == limit.key && number_in(key.otherwise) != limit.get(Settings())) return false;
        }
    }
    const Settings settings;
    return settings.queue_policy == QueuePolicy::drop_newest && settings.retain_available &&
           settings.check_retain_source && settings.tells_denied_subscriptions &&
           !settings.refuses_control_characters && settings.overlaps == Overlaps::merged &&
           settings.share_strategy == ShareStrategy::round_robin;
}
static_assert(defaults_agree());

std::uint64_t number_of(const GivenValue& value, const Limit& limit) {
    std::uint64_t number = 0;
    const char* end = value.text.data() + value.text.size();
    const auto [parsed, error] = std::from_chars(value.text.data(), end, number);
    if (error != std::errc() || parsed != end || number < limit.least || number > limit.most)
        throw UsageError(value.place + ": a number from " + std::to_string(limit.least) + " to " +
                         std::to_string(limit.most) + " is wanted, got " + value.text);
    return number;
}

/// `words` in the order of the enumeration; the reader lets no other word pass.
template <typename Choice, std::size_t count>
void choose(const runtime::Given& given, std::string_view key, const std::array<std::string_view, count>& words,
            Choice& choice) {
    const GivenValue* value = given.one(key);
    if (value == nullptr) return;
    const auto found = std::find(words.begin(), words.end(), value->text);
    choice = static_cast<Choice>(found - words.begin());
}

}  // namespace

void apply_limits(const runtime::Given& given, Settings& settings) {
    for (const Limit& limit : limits) {
        if (const GivenValue* value = given.one(limit.key)) limit.set(settings, number_of(*value, limit));
    }
    // The program itself, and the little that each connection needs before it can be refused.
    if (settings.memory_limit != 0 && settings.memory_limit < least_memory)
        throw UsageError(given.one("memory_limit")->place + ": at least " + std::to_string(least_memory) +
                         " octets are wanted, or 0 for no limit, got " + given.one("memory_limit")->text);
    choose(given, "queue_policy", std::array<std::string_view, 2>{"drop-newest", "drop-oldest"}, settings.queue_policy);
    choose(given, "overlapping_subscriptions", std::array<std::string_view, 2>{"merged", "each"}, settings.overlaps);
    choose(given, "shared_subscription_strategy",
           std::array<std::string_view, 4>{"round-robin", "sticky", "hash", "least-inflight"}, settings.share_strategy);
    choose(given, "retain_available", std::array<std::string_view, 2>{"false", "true"}, settings.retain_available);
    choose(given, "check_retain_source", std::array<std::string_view, 2>{"false", "true"},
           settings.check_retain_source);
    choose(given, "denied_subscription_code", std::array<std::string_view, 2>{"0x80", "0x87"},
           settings.tells_denied_subscriptions);
    choose(given, "control_characters", std::array<std::string_view, 2>{"allow", "refuse"},
           settings.refuses_control_characters);
    settings.upgrade_outgoing_qos = given.flag("upgrade_outgoing_qos");
    if (const GivenValue* prefix = given.one("response_prefix")) {
        if (!mqtt::is_topic_name(prefix->text))
            throw UsageError(prefix->place + ": the beginning of a topic name is wanted, without + and #, got " +
                             prefix->text);
        settings.response_prefix = prefix->text;
    }
}

}  // namespace trunkline::broker
