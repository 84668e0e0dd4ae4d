#include "broker/main/settings.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "broker/main/acl_command.hpp"
#include "broker/main/limits.hpp"
#include "broker/main/passwd_command.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/listener_url.hpp"

namespace trunkline::broker {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::Key;
using runtime::ListenerSettings;
using runtime::UsageError;
using runtime::ValueKind;

constexpr std::string_view default_listener = "mqtt://127.0.0.1:1883";

constexpr std::array<Key, 12> own_keys{{
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
    {.name = "psk_file", .argument = "FILE", .is_available = false},
    {.name = "http",
     .argument = "HOST:PORT",
     .text = "Metrics for Prometheus, health, tables and a few commands over HTTP (docs/operating.md)."},
    {.name = "http_token_file",
     .argument = "FILE",
     .text = "A token that HTTP requests must have; wanted where other machines can reach --http."},
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
}};

constexpr auto all_keys() {
    std::array<Key, own_keys.size() + limit_keys.size()> all;
    std::copy(limit_keys.begin(), limit_keys.end(), std::copy(own_keys.begin(), own_keys.end(), all.begin()));
    return all;
}
constexpr auto keys = all_keys();
constexpr std::array<std::string_view, 3> later_commands{"import", "store", "why"};
constexpr std::array<runtime::Command, 2> commands{{passwd_command, acl_command}};

// Who may come in has to be a decision, not an oversight. A Unix socket has the file system's permissions.
bool lets_anybody_in(const ListenerSettings& listener) {
    using ClientCertificate = runtime::TlsSettings::ClientCertificate;
    const bool wants_certificate = listener.tls && listener.tls->client_certificate == ClientCertificate::required;
    const bool is_local =
        listener.url.scheme == runtime::Scheme::unix_socket || runtime::is_loopback(listener.url.host);
    return !is_local && !wants_certificate;
}

std::vector<ListenerSettings> listeners(const Given& given) {
    std::vector<GivenValue> values = given.all("listen");
    if (values.empty()) values.push_back({std::string(default_listener), "--listen"});
    std::vector<ListenerSettings> listeners;
    for (const GivenValue& value : values) {
        auto listener = runtime::parse_listener(value.text);
        if (!listener) throw UsageError(value.place + ": " + listener.error());
        if (lets_anybody_in(*listener) && !given.flag("allow_anonymous") && !given.has("password_file")) {
            throw UsageError(value.place + ": " + value.text +
                             " would let anybody in who can reach it: add --password-file FILE, "
                             "or add --allow-anonymous, or listen on 127.0.0.1");
        }
        listeners.push_back(std::move(*listener));
    }
    return listeners;
}

/// Who has a password file wants to know who comes in, unless the settings say otherwise.
AccessSettings access(const Given& given) {
    AccessSettings access;
    if (const GivenValue* path = given.one("password_file")) access.password_file = path->text;
    if (const GivenValue* path = given.one("acl_file")) access.acl_file = path->text;
    access.allows_anonymous = !access.password_file || given.flag("allow_anonymous");
    return access;
}

/// What is served there tells who is connected, and disconnects them.
std::optional<runtime::Url> http(const Given& given) {
    const GivenValue* value = given.one("http");
    if (value == nullptr) {
        if (const GivenValue* token = given.one("http_token_file"))
            throw UsageError(token->place + ": there is nothing to protect: add --http HOST:PORT");
        return std::nullopt;
    }
    auto url = runtime::parse_authority(value->text, value->text, runtime::Scheme::http);
    if (!url || value->text.find(':') == std::string::npos)
        throw UsageError(value->place + ": HOST:PORT is wanted, as in 127.0.0.1:9600, got " + value->text);
    if (!runtime::is_loopback(url->host) && !given.has("http_token_file")) {
        throw UsageError(value->place + ": " + value->text +
                         " would let anybody look and command who can reach it: add --http-token-file FILE, "
                         "or serve on 127.0.0.1");
    }
    return *url;
}

constexpr std::uint64_t default_sys_interval = 10;
constexpr std::uint64_t longest_sys_interval = 65'535;
constexpr std::uint64_t io_thread_limit = 64;

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

const runtime::Program program{
    "trunkline-broker",
    TRUNKLINE_VERSION,
    "An MQTT broker for telemetry from constrained devices (MQTT 3.1.1 and 5.0).",
    keys,
    later_commands,
    commands,
};

ProgramSettings make_settings(const Given& given) {
    ProgramSettings settings;
    settings.listen = listeners(given);
    settings.access = access(given);
    settings.core.durability = durability(given);
    settings.core.sys_interval =
        std::chrono::seconds(number_up_to(longest_sys_interval, given, "sys_interval", default_sys_interval));
    settings.core.version = "trunkline-broker version " TRUNKLINE_VERSION;
    settings.http = http(given);
    if (const GivenValue* file = given.one("http_token_file")) settings.http_token_file = file->text;
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
