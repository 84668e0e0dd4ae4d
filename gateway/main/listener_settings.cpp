#include "gateway/main/listener_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/listener_url.hpp"

namespace trunkline::gateway {

namespace {

using runtime::GivenValue;
using runtime::ListenerSettings;
using runtime::TlsSettings;
using runtime::UsageError;

constexpr std::array<std::string_view, 5> own_options{"peers", "idle_timeout", "mtu", "client_id", "mode"};

std::uint64_t listener_number(const std::string& place, std::string_view name, const std::string& text,
                              std::uint64_t least, std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
        throw UsageError(place + ": " + std::string(name) + ": a number from " + std::to_string(least) + " to " +
                         std::to_string(most) + " is wanted, got \"" + text + "\"");
    }
    return number;
}

/// Everybody who comes by it has a name.
bool names_everybody(const TlsSettings& tls) {
    return tls.wants_psk() || tls.client_certificate == TlsSettings::ClientCertificate::required;
}

SensorListener::Dtls dtls_of(const ListenerSettings& parsed, const std::string& place) {
    SensorListener::Dtls dtls{*parsed.tls, {}, names_everybody(*parsed.tls)};
    dtls.limits.handshake_timeout = parsed.handshake_timeout;
    dtls.limits.handshakes = parsed.handshake_limit;
    for (const auto& [name, value] : parsed.of_owner) {
        const auto number = [&, &option = name, &text = value](std::uint64_t least, std::uint64_t most) {
            return listener_number(place, option, text, least, most);
        };
        if (name == "peers") dtls.limits.peers = number(1, 1'000'000);
        else if (name == "idle_timeout") dtls.limits.idle_timeout = std::chrono::seconds(number(1, 31'536'000));
        else if (name == "mtu") dtls.limits.mtu = static_cast<unsigned>(number(256, 9'000));
        else if (value == "any") dtls.binds_client_ids = false;
        else if (value != "bound")
            throw UsageError(place + ": client_id: bound or any is wanted, got \"" + value + "\"");
        else if (!dtls.binds_client_ids)
            throw UsageError(place + ": client_id=bound wants everybody to have a name: add psk_file=FILE, or " +
                             "ca=FILE&client_cert=required");
    }
    if (dtls.binds_client_ids && dtls.settings.user_name == TlsSettings::UserName::none)
        dtls.settings.user_name = TlsSettings::UserName::common_name;
    dtls.limits.names_are_unique = dtls.binds_client_ids;
    return dtls;
}

/// Takes ?mode= off, which every kind of listener has.
std::optional<Mode> take_mode(ListenerSettings& parsed, const std::string& place) {
    const auto is_mode = [](const auto& option) { return option.first == "mode"; };
    const auto found = std::find_if(parsed.of_owner.begin(), parsed.of_owner.end(), is_mode);
    if (found == parsed.of_owner.end()) return std::nullopt;
    const std::optional<Mode> mode = mode_named(found->second);
    if (!mode) throw UsageError(place + ": mode: transparent or aggregating is wanted, got \"" + found->second + "\"");
    parsed.of_owner.erase(found);
    return mode;
}

SensorListener listener_of(const GivenValue& value) {
    auto parsed = runtime::parse_sensor_listener(value.text, own_options);
    if (!parsed) throw UsageError(value.place + ": " + parsed.error());
    const std::optional<Mode> mode = take_mode(*parsed, value.place);
    if (parsed->tls) return {parsed->url, dtls_of(*parsed, value.place), mode};
    if (!parsed->of_owner.empty())
        throw UsageError(value.place + ": " + parsed->of_owner.front().first + " means something to dtls only");
    return {parsed->url, std::nullopt, mode};
}

/// Both cannot be had. [::] is every address, 0.0.0.0 every one of IPv4.
bool overlap(const runtime::Url& one, const runtime::Url& other) {
    if (one.port != other.port || one.port == 0) return false;
    const auto covers = [](const std::string& host, const std::string& another) {
        return host == "::" || (host == "0.0.0.0" && another.find(':') == std::string::npos);
    };
    return one.host == other.host || covers(one.host, other.host) || covers(other.host, one.host);
}

}  // namespace

std::vector<SensorListener> sensor_listeners(const runtime::Given& given) {
    std::vector<SensorListener> listeners;
    for (const GivenValue& value : given.all("listen")) {
        if (listeners.size() == ways_of_a_kind)
            throw UsageError(value.place + ": more than " + std::to_string(ways_of_a_kind) + " listeners");
        SensorListener listener = listener_of(value);
        const auto is_in_its_way = [&](const SensorListener& other) { return overlap(listener.url, other.url); };
        if (std::any_of(listeners.begin(), listeners.end(), is_in_its_way))
            throw UsageError(value.place + ": " + to_string(listener.url) +
                             ": an earlier listener has this address and port, choose another port");
        listeners.push_back(std::move(listener));
    }
    if (listeners.empty()) listeners.push_back(listener_of({std::string(default_listener), "--listen"}));
    return listeners;
}

}  // namespace trunkline::gateway
