#include "gateway/main/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/main/broker_settings.hpp"
#include "gateway/main/embedded_broker.hpp"
#include "gateway/main/given_number.hpp"
#include "gateway/main/listener_settings.hpp"
#include "gateway/main/mode_settings.hpp"
#include "gateway/main/operating_settings.hpp"
#include "gateway/main/sensor_settings.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/resolve.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::Key;
using runtime::Scheme;
using runtime::Url;
using runtime::UsageError;
using runtime::ValueKind;

constexpr std::string_view default_gateway_id = "1";

constexpr auto own_keys = std::to_array<Key>({
    {.name = "listen",
     .argument = "URL",
     .otherwise = default_listener,
     .text = "Where sensors send to: udp://HOST:PORT, or with DTLS dtls://HOST:PORT?psk_file=FILE (keys) or\n"
             "?cert=FILE&key=FILE&ca=FILE (certificates); port 0: any free one. A ClientId that comes by DTLS is\n"
             "the name of its key or certificate, unless client_id=any. docs/gateway.md has all options.",
     .repeats = true,
     .has_options = true},
    {.name = "gateway_id",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = default_gateway_id,
     .text =
         "The GwId that sensors know this gateway by, 0 to 255. Its own ClientIds at the broker have it, too: each\n"
         "gateway of a broker wants another one."},
    {.name = "discovery",
     .argument = "URL",
     .text = "A multicast group, as udp://239.1.1.1:1883, in which sensors find this gateway: it advertises itself\n"
             "there and answers SEARCHGW, while the broker can be reached."},
    {.name = "advertise_interval",
     .kind = ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "900",
     .text = "TADV: how often it advertises itself."},
    {.name = "data",
     .argument = "DIR",
     .text = "Where sensors' sessions and wills are kept, so that a restart costs them nothing."},
    {.name = "retry_interval",
     .kind = ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "10",
     .text = "Tretry: after that long without an answer a message to a sensor is repeated."},
    {.name = "retry_limit",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "3",
     .text = "Nretry: how often it is repeated before the sensor is lost."},
    {.name = "msgid_quarantine",
     .kind = ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "twice retry_interval",
     .text = "How late the network may deliver a copy of a QoS 2 message without its becoming another message."},
    {.name = "session_expiry",
     .kind = ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "604800",
     .text = "How long the session of a sensor without CleanSession is kept without a connection."},
    {.name = "upstream_keep_alive",
     .kind = ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "60",
     .text =
         "Keep alive of the connections to the broker: how soon it notices that this gateway is gone, and how often\n"
         "each connection that is silent costs a ping."},
    {.name = "maximum_sensors",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "20000",
     .text = "Sensors with a session here; those beyond hear congestion."},
    {.name = "uplink_window",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "8",
     .text = "Messages of one sensor on their way to the broker; those beyond are answered by congestion."},
    {.name = "stored_messages",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "1000",
     .text = "Messages of one sensor that are stored for the broker, with --data; the same beyond."},
    {.name = "stored_bytes",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "67108864",
     .text = "The same in bytes, for all sensors together."},
    {.name = "gateway_grace",
     .kind = ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "60",
     .text = "How long a broker of MQTT 5 waits for this gateway before it publishes a sensor's will in its place."},
    {.name = "will_upstream_311",
     .kind = ValueKind::flag,
     .text =
         "Give wills to a broker of MQTT 3.1.1, too, which publishes them whenever a connection of this gateway ends."},
    {.name = "log_level",
     .kind = ValueKind::choice,
     .argument = "debug|info|warning|error",
     .otherwise = "info",
     .text = "The least that is logged, on standard error."},
    {.name = "shards",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "1",
     .text =
         "Threads with sensors of their own, up to 64. Bounds and rates hold for each. With --data, always the same\n"
         "number."},
});

template <std::size_t... Sizes>
constexpr auto joined(const std::array<Key, Sizes>&... tables) {
    std::array<Key, (Sizes + ...)> all;
    auto at = all.begin();
    ((at = std::copy(tables.begin(), tables.end(), at)), ...);
    return all;
}
constexpr auto keys = joined(broker_keys, own_keys, mode_keys, sensor_keys, operating_keys, embedded_keys);

constexpr std::uint64_t day_in_seconds = 86'400;

void read_times(const Given& given, Settings& core) {
    const auto seconds = [&](std::string_view key, std::uint64_t least, std::uint64_t most) {
        const auto read = given_number(given, key, least, most);
        return read ? std::optional(std::chrono::seconds(*read)) : std::nullopt;
    };
    if (const auto interval = seconds("retry_interval", 1, day_in_seconds)) core.retry.interval = *interval;
    if (const auto limit = given_number(given, "retry_limit", 0, 100)) core.retry.limit = static_cast<unsigned>(*limit);
    if (const auto quarantine = seconds("msgid_quarantine", 0, day_in_seconds)) core.msgid_quarantine = *quarantine;
    if (const auto keep_alive = seconds("upstream_keep_alive", 1, 65'535)) core.upstream_keep_alive = *keep_alive;
    // UINT32_MAX would mean "never" to the broker, and nothing to the gateway.
    if (const auto expiry = seconds("session_expiry", 0, 0xfffffffe)) core.upstream_session_expiry = *expiry;
    if (const auto grace = seconds("gateway_grace", 0, day_in_seconds)) core.gateway_grace = *grace;
}

void read_bounds(const Given& given, Settings& core) {
    const auto set = [&](std::string_view key, std::size_t& bound, std::uint64_t least, std::uint64_t most) {
        if (const auto read = given_number(given, key, least, most)) bound = static_cast<std::size_t>(*read);
    };
    set("maximum_sensors", core.maximum_sensors, 1, 10'000'000);
    set("uplink_window", core.uplink_window, 1, 1'000);
    set("stored_messages", core.maximum_stored_messages_per_sensor, 0, 1'000'000);
    set("stored_bytes", core.maximum_stored_message_bytes, 0, std::uint64_t{1} << 40U);
}

/// None: it takes no part in discovery.
std::optional<Url> discovery(const Given& given, Settings& core) {
    if (const auto interval = given_number(given, "advertise_interval", 1, 65'535))
        core.advertise_interval = std::chrono::seconds(*interval);
    const GivenValue* value = given.one("discovery");
    if (value == nullptr) return std::nullopt;
    const Result<Url, std::string> url = parse_url(value->text, Scheme::udp);
    const auto group = url ? runtime::multicast_group(*url) : std::nullopt;
    if (!group || url->port == 0) {
        throw UsageError(value->place + ": a multicast address and a port are wanted, as in udp://239.1.1.1:1883 or " +
                         "udp://[ff02::5e]:1883, got " + value->text);
    }
    core.discovery_group = group;
    return *url;
}

/// What is sent to the group leaves by the first listener's socket.
void check_reach(const GivenValue& group, const SensorListener& first, const Settings& core) {
    const std::string from = to_string(first.url);
    if (first.dtls) {
        throw UsageError(group.place +
                         ": the first listener is to be udp://, since from there sensors are answered in " +
                         "clear text, got " + from);
    }
    const std::optional<Address> address = runtime::numeric_address(first.url.host, 0);
    const bool is_for_both = address == Address{};  // [::]
    if (!address || is_for_both || address->is_v4() == core.discovery_group->is_v4()) return;
    throw UsageError(group.place + ": " + group.text + " is not reached from the first listener, " + from +
                     ": one is IPv4, the other IPv6");
}

}  // namespace

const runtime::Program program{
    "trunkline-gateway",
    TRUNKLINE_VERSION,
    "An MQTT-SN 1.2 gateway: sensors on UDP, an MQTT broker behind it.",
    keys,
    {},
};

ProgramSettings make_settings(const Given& given) {
    ProgramSettings settings;
    settings.endpoints = {sensor_listeners(given), broker_addresses(given), broker_credentials(given),
                          discovery(given, settings.core)};
    if (settings.endpoints.discovery)
        check_reach(*given.one("discovery"), settings.endpoints.listen.front(), settings.core);
    read_modes(given, settings.endpoints.listen, settings.core);
    if (const auto id = given_number(given, "gateway_id", 0, 255))
        settings.core.gateway_id = static_cast<std::uint8_t>(*id);
    read_brokers(given, settings.core);
    read_times(given, settings.core);
    read_bounds(given, settings.core);
    read_sensor_settings(given, settings.core);
    settings.core.will_upstream_311 = given.flag("will_upstream_311");
    // Two gateways with one ClientId would throw each other out. [MQTT-3.1.4-3]
    settings.core.own_client_id = "trunkline-gateway-" + std::to_string(settings.core.gateway_id);
    settings.sensor_files = sensor_file_settings(given);
    settings.http = runtime::http_settings(given);
    settings.traced = traced_sensor(given);
    settings.embedded_broker = embedded_broker_settings(given);
    if (settings.embedded_broker) settings.core.brokers = {"embedded"};
    read_limits(given, settings.core);
    for (SensorListener& listener : settings.endpoints.listen) {
        if (listener.dtls) listener.dtls->limits.greetings_per_second = settings.core.stranger_answers_per_second;
    }
    if (const GivenValue* data = given.one("data")) settings.data = data->text;
    settings.core.is_durable = settings.data.has_value();
    settings.shards = static_cast<std::size_t>(given_number(given, "shards", 1, 64).value_or(1));
    // Gateways that start together must not reconnect together.
    std::random_device random;
    settings.core.seed = (std::uint64_t{random()} << 32U) | random();
    if (const GivenValue* level = given.one("log_level")) settings.log_level = *runtime::parse_log_level(level->text);
    return settings;
}

}  // namespace trunkline::gateway
