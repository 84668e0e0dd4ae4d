#include "broker/program/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "broker/program/broker_listeners.hpp"
#include "broker/program/limits.hpp"
#include "protocol/base/utf8.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::broker {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::Key;
using runtime::UsageError;
using runtime::ValueKind;

constexpr auto own_keys = std::to_array<Key>({
    {.name = "listen",
     .argument = "URL",
     .otherwise = default_listener,
     .text = "Where clients connect: mqtt://HOST:PORT, mqtts://HOST:PORT?cert=FILE&key=FILE,\n"
             "ws://HOST:PORT/mqtt, wss://HOST:PORT/mqtt?cert=FILE&key=FILE, or unix:///PATH.\n"
             "Port 0: any free one. More options: docs/listeners.md.",
     .repeats = true,
     .has_options = true},
    {.name = "data",
     .argument = "DIR",
     .text = "Where sessions and messages are stored. Without it nothing survives a restart."},
    {.name = "durability",
     .kind = ValueKind::choice,
     .argument = "sync|os|memory",
     .text = "Acknowledged data survives power loss (sync, with --data), kill -9 (os), or neither (memory)."},
    {.name = "allow_anonymous",
     .kind = ValueKind::flag,
     .text = "Let clients connect that do not say who they are: on listeners that other machines can\n"
             "reach, and beside a password file."},
    {.name = "password_file",
     .argument = "FILE",
     .text = "Who may connect with which password, as mosquitto_passwd and passwd write it."},
    {.name = "acl_file",
     .argument = "FILE",
     .text = "Who may publish and read what, in Mosquitto's format (docs/access.md)."},
    {.name = "log_level",
     .kind = ValueKind::choice,
     .argument = "debug|info|warning|error",
     .otherwise = "info",
     .text = "The least that is logged, on standard error."},
    {.name = "psk_file",
     .argument = "FILE",
     .text = "Pre-shared keys, lines of IDENTITY:KEY in hexadecimal digits, for listeners with psk_hint=NAME."},
    {.name = "password_workers",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "0",
     .text = "Threads that check passwords. 0: one less than processors, from 1 to 8."},
    {.name = "remembered_passwords",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "20000",
     .text = "How many that were right need not be hashed again within a day (docs/access.md). 0: none."},
    {.name = "watch_files",
     .kind = ValueKind::choice,
     .argument = "true|false",
     .otherwise = "true",
     .text = "Read certificates, keys, passwords and access rules again when their files change."},
    {.name = "server_reference",
     .argument = "TEXT",
     .text = "Another server that 5.0 clients are told of at the end and when there is no room: 0x9C."},
    {.name = "server_moved",
     .kind = ValueKind::flag,
     .text = "Send every client to --server-reference for good: 0x9D."},
    runtime::http_key,
    runtime::http_token_file_key,
    {.name = "sys_interval",
     .kind = ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "10",
     .text = "How often $SYS topics are published if they have changed. 0: never."},
    {.name = "io_threads",
     .kind = ValueKind::number,
     .argument = "N",
     .otherwise = "0",
     .text = "Threads for sockets, TLS and WebSocket, beside the one for MQTT. 0: that one does all;\n"
             "more than processors are no use. For much TLS, or more clients than one processor serves."},
    {.name = "test_sync_floor",
     .argument = "MILLISECONDS",
     .text = "No sync of the store takes less, as in 4ms: to measure without regard to whose disk it is.",
     .is_for_tests = true},
});

constexpr auto all_keys() {
    std::array<Key, own_keys.size() + limit_keys.size()> all;
    std::copy(limit_keys.begin(), limit_keys.end(), std::copy(own_keys.begin(), own_keys.end(), all.begin()));
    return all;
}
constexpr auto keys = all_keys();

constexpr std::uint64_t most_remembered = 10'000'000;
constexpr std::uint64_t most_workers = 64;

std::uint64_t number_up_to(std::uint64_t most, const Given& given, std::string_view key, std::uint64_t otherwise) {
    const GivenValue* value = given.one(key);
    if (value == nullptr) return otherwise;
    // The reader lets only digits pass; so many of them fit.
    if (value->text.size() > std::to_string(most).size() || std::stoull(value->text) > most) {
        throw UsageError(value->place + ": a number from 0 to " + std::to_string(most) + " is wanted, got " +
                         value->text);
    }
    return std::stoull(value->text);
}

PasswordSettings passwords(const Given& given) {
    PasswordSettings settings;
    settings.workers = static_cast<unsigned>(number_up_to(most_workers, given, "password_workers", settings.workers));
    settings.remembered = number_up_to(most_remembered, given, "remembered_passwords", settings.remembered);
    return settings;
}

void take_other_server(const Given& given, Settings& core) {
    if (const GivenValue* reference = given.one("server_reference")) {
        if (!is_mqtt_utf8(as_byte_view(reference->text)) || reference->text.size() > 1'000)
            throw UsageError(reference->place + ": a text of up to 1000 octets is wanted, as in broker-2.example:1883");
        core.server_reference = reference->text;
    }
    core.server_moved = given.flag("server_moved");
    if (core.server_moved && core.server_reference.empty())
        throw UsageError(given.one("server_moved")->place + ": where to? Add --server-reference TEXT");
}

constexpr std::uint64_t default_sys_interval = 10;
constexpr std::uint64_t longest_sys_interval = 65'535;

constexpr std::uint64_t io_thread_limit = 64;

Duration sync_floor(const Given& given) {
    const GivenValue* value = given.one("test_sync_floor");
    if (value == nullptr) return Duration::zero();
    unsigned count = 0;
    const char* const end = value->text.data() + value->text.size();
    const auto [unit, error] = std::from_chars(value->text.data(), end, count);
    if (error != std::errc() || std::string_view(unit, end) != "ms" || count > 10'000)
        throw UsageError(value->place + ": milliseconds are wanted, as in 4ms, got " + value->text);
    if (!given.has("data")) throw UsageError(value->place + ": nothing is stored: add --data DIR");
    return std::chrono::milliseconds(count);
}

Durability durability(const Given& given) {
    const bool has_data = given.has("data");
    const GivenValue* value = given.one("durability");
    if (value == nullptr) return has_data ? Durability::sync : Durability::memory;
    if (value->text == "memory") {
        if (has_data) throw UsageError(value->place + ": memory stores nothing: remove it, or remove --data");
        return Durability::memory;
    }
    if (!has_data) throw UsageError(value->place + ": " + value->text + " needs a place to store: add --data DIR");
    return value->text == "sync" ? Durability::sync : Durability::os;
}

}  // namespace

const std::span<const runtime::Key> program_keys = keys;

ProgramSettings make_settings(const Given& given) {
    ProgramSettings settings;
    for (BrokerListener& listener : broker_listeners(given)) {
        settings.listen.push_back(std::move(listener.transport));
        settings.access.push_back(std::move(listener.access));
        settings.core.listeners.push_back(std::move(listener.rules));
    }
    settings.passwords = passwords(given);
    settings.sync_floor = sync_floor(given);
    take_other_server(given, settings.core);
    if (const GivenValue* watch = given.one("watch_files")) settings.watches_files = watch->text == "true";
    settings.core.durability = durability(given);
    settings.core.sys_interval =
        std::chrono::seconds(number_up_to(longest_sys_interval, given, "sys_interval", default_sys_interval));
    settings.core.version = "trunkline-broker version " TRUNKLINE_VERSION;
    settings.http = runtime::http_settings(given);
    settings.io_threads = static_cast<unsigned>(number_up_to(io_thread_limit, given, "io_threads", 0));
    apply_limits(given, settings.core);
    if (const GivenValue* data = given.one("data")) settings.data = data->text;
    // Client identifiers that the broker assigns must not be those of its life before.
    std::random_device random;
    settings.core.seed = (std::uint64_t{random()} << 32U) | random();
    if (const GivenValue* level = given.one("log_level")) settings.log_level = *runtime::parse_log_level(level->text);
    return settings;
}

}  // namespace trunkline::broker
