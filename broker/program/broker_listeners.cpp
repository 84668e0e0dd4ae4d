#include "broker/program/broker_listeners.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "broker/program/settings.hpp"
#include "protocol/base/utf8.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/listener_url.hpp"

namespace trunkline::broker {

namespace {

using runtime::Given;
using runtime::GivenValue;
using runtime::ListenerSettings;
using runtime::UsageError;

constexpr std::size_t longest_id_prefix = 100;

/// Gives what is wanted instead of the value; empty: it is taken.
using SetOption = std::string (*)(BrokerListener&, const std::string& value);

std::string take_number(const std::string& value, std::uint64_t least, std::uint64_t most, std::uint64_t& number) {
    const char* end = value.data() + value.size();
    const auto [at, error] = std::from_chars(value.data(), end, number);
    if (!value.empty() && error == std::errc() && at == end && number >= least && number <= most) return {};
    return "a number from " + std::to_string(least) + " to " + std::to_string(most);
}

std::string take_flag(const std::string& value, bool& flag) {
    if (value != "true" && value != "false") return "true or false";
    flag = value == "true";
    return {};
}

std::string set_max_connections(BrokerListener& listener, const std::string& value) {
    std::uint64_t number = 0;
    std::string wanted = take_number(value, 1, 10'000'000, number);
    listener.rules.client_limit = number;
    return wanted;
}

std::string set_max_qos(BrokerListener& listener, const std::string& value) {
    std::uint64_t number = 0;
    std::string wanted = take_number(value, 0, 2, number);
    listener.rules.maximum_qos = static_cast<mqtt::QoS>(number);
    return wanted;
}

std::string set_max_topic_alias(BrokerListener& listener, const std::string& value) {
    std::uint64_t number = 0;
    std::string wanted = take_number(value, 0, 65'535, number);
    listener.rules.topic_alias_maximum = static_cast<std::uint16_t>(number);
    return wanted;
}

std::string set_mount_point(BrokerListener& listener, const std::string& value) {
    listener.rules.mount_point = value;
    // The broker's own topics begin with $: nobody is to write among them.
    if (mqtt::is_topic_name(value) && !value.starts_with('$')) return {};
    return "the beginning of topic names, without + and #, and not with $ in front,";
}

std::string set_auto_id_prefix(BrokerListener& listener, const std::string& value) {
    listener.rules.client_id_prefix = value;
    if (value.size() <= longest_id_prefix && is_mqtt_utf8(as_byte_view(value))) return {};
    return "a text of up to 100 octets";
}

std::string set_allow_zero_length_clientid(BrokerListener& listener, const std::string& value) {
    return take_flag(value, listener.rules.allows_empty_client_id);
}

std::string set_allow_anonymous(BrokerListener& listener, const std::string& value) {
    return take_flag(value, listener.access.allows_anonymous);
}

template <std::optional<std::filesystem::path> AccessSettings::*Field>
std::string set_file(BrokerListener& listener, const std::string& value) {
    listener.access.*Field = value;
    return value.empty() ? "a file" : "";
}

constexpr std::array<std::pair<std::string_view, SetOption>, 9> own_options{{
    {"password_file", set_file<&AccessSettings::password_file>},
    {"acl_file", set_file<&AccessSettings::acl_file>},
    {"allow_anonymous", set_allow_anonymous},
    {"allow_zero_length_clientid", set_allow_zero_length_clientid},
    {"auto_id_prefix", set_auto_id_prefix},
    {"max_connections", set_max_connections},
    {"max_qos", set_max_qos},
    {"max_topic_alias", set_max_topic_alias},
    {"mount_point", set_mount_point},
}};

constexpr auto option_names() {
    std::array<std::string_view, own_options.size()> names;
    std::transform(own_options.begin(), own_options.end(), names.begin(),
                   [](const auto& option) { return option.first; });
    return names;
}
constexpr auto names_of_options = option_names();

bool says(const BrokerListener& listener, std::string_view name) {
    const auto& given = listener.transport.of_owner;
    return std::any_of(given.begin(), given.end(), [&](const auto& option) { return option.first == name; });
}

void take_options(BrokerListener& listener, const std::string& place) {
    for (const auto& [name, value] : listener.transport.of_owner) {
        const auto* option =
            std::find_if(own_options.begin(), own_options.end(),
                         [&, &wanted_name = name](const auto& each) { return each.first == wanted_name; });
        const std::string wanted = option->second(listener, value);
        if (!wanted.empty()) throw UsageError(place + ": " + name + ": " + wanted + " is wanted, got \"" + value + '"');
    }
}

// Who may come in has to be a decision, not an oversight. A Unix socket has the file system's permissions.
bool can_be_reached_by_anybody(const ListenerSettings& listener) {
    using ClientCertificate = runtime::TlsSettings::ClientCertificate;
    const bool wants_certificate = listener.tls && listener.tls->client_certificate == ClientCertificate::required;
    const bool wants_key = listener.tls && listener.tls->wants_psk();
    const bool is_local =
        listener.url.scheme == runtime::Scheme::unix_socket || runtime::is_loopback(listener.url.host);
    return !is_local && !wants_certificate && !wants_key;
}

void find_keys(ListenerSettings& listener, const Given& given, const std::string& place) {
    if (!listener.tls || !listener.tls->wants_psk() || !listener.tls->psk_file.empty()) return;
    const GivenValue* file = given.one("psk_file");
    if (file == nullptr) throw UsageError(place + ": psk_hint wants keys: add --psk-file FILE");
    listener.tls->psk_file = file->text;
}

BrokerListener listener_of(const GivenValue& value, const Given& given) {
    auto transport = runtime::parse_listener(value.text, names_of_options);
    if (!transport) throw UsageError(value.place + ": " + transport.error());
    BrokerListener listener{*std::move(transport), {}, {}};
    if (const GivenValue* path = given.one("password_file")) listener.access.password_file = path->text;
    if (const GivenValue* path = given.one("acl_file")) listener.access.acl_file = path->text;
    take_options(listener, value.place);
    find_keys(listener.transport, given, value.place);
    // Who has a password file wants to know who comes in, unless the settings say otherwise.
    const bool is_decided = says(listener, "allow_anonymous");
    if (!is_decided) listener.access.allows_anonymous = !listener.access.password_file || given.flag("allow_anonymous");
    const bool lets_in = listener.access.allows_anonymous && !is_decided && !given.flag("allow_anonymous");
    if (lets_in && can_be_reached_by_anybody(listener.transport)) {
        throw UsageError(value.place + ": " + value.text +
                         " would let anybody in who can reach it: add --password-file FILE, "
                         "or add --allow-anonymous, or listen on 127.0.0.1");
    }
    return listener;
}

}  // namespace

std::vector<BrokerListener> broker_listeners(const Given& given) {
    std::vector<GivenValue> values = given.all("listen");
    if (values.empty()) values.push_back({std::string(default_listener), "--listen"});
    std::vector<BrokerListener> listeners;
    for (const GivenValue& value : values) listeners.push_back(listener_of(value, given));
    const GivenValue* keys = given.one("psk_file");
    const bool has_use = std::any_of(listeners.begin(), listeners.end(), [](const BrokerListener& listener) {
        return listener.transport.tls && listener.transport.tls->wants_psk();
    });
    if (keys != nullptr && !has_use)
        throw UsageError(keys->place + ": no listener wants keys: add psk_hint=NAME to an mqtts listener");
    return listeners;
}

}  // namespace trunkline::broker
