#include "runtime/transport/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "protocol/base/address.hpp"
#include "runtime/transport/resolve.hpp"

namespace trunkline::runtime {

namespace {

struct SchemeRow {
    Scheme scheme;
    std::string_view name;
    std::uint16_t port;  // without one in the address
};
constexpr std::array<SchemeRow, 8> schemes{{
    {Scheme::mqtt, "mqtt", 1883},
    {Scheme::udp, "udp", 10000},
    {Scheme::mqtts, "mqtts", 8883},
    {Scheme::ws, "ws", 80},
    {Scheme::wss, "wss", 443},
    {Scheme::unix_socket, "unix", 0},
    {Scheme::http, "http", 80},
    {Scheme::dtls, "dtls", 8883},
}};

const SchemeRow& row_of(Scheme scheme) {
    return *std::find_if(schemes.begin(), schemes.end(), [&](const SchemeRow& row) { return row.scheme == scheme; });
}

Failure<std::string> refuse(std::string_view text, const std::string& why) {
    return Failure{std::string(text) + ": " + why};
}

std::string wanted_form(Scheme wanted) { return std::string(name_of(wanted)) + "://HOST:PORT is wanted"; }

bool is_of_a_later_version(std::string_view scheme) {
    return scheme == "mqtts" || scheme == "ws" || scheme == "wss";
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return port;
}

/// Host and port of what follows the scheme; the port is empty if there is none.
struct Authority {
    std::string_view host;
    std::string_view port;
    bool has_port = false;
};

std::optional<Authority> split_authority(std::string_view text) {
    if (text.starts_with('[')) {  // an IPv6 address stands in brackets (RFC 3986 §3.2.2)
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view rest = text.substr(end + 1);
        if (!rest.empty() && rest.front() != ':') return std::nullopt;
        return Authority{text.substr(1, end - 1), rest.empty() ? rest : rest.substr(1), !rest.empty()};
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return Authority{text, {}, false};
    if (text.find(':', colon + 1) != std::string_view::npos) return std::nullopt;  // IPv6 without brackets
    return Authority{text.substr(0, colon), text.substr(colon + 1), true};
}

}  // namespace

std::string_view name_of(Scheme scheme) { return row_of(scheme).name; }

std::string to_string(const Url& url) {
    const std::string front = std::string(name_of(url.scheme)) + "://";
    if (url.scheme == Scheme::unix_socket) return front + url.path;
    const bool is_v6 = url.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + url.host + "]" : url.host;
    return front + host + ":" + std::to_string(url.port) + url.path;
}

Result<Url, std::string> parse_url(std::string_view text, Scheme wanted) {
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos) return refuse(text, wanted_form(wanted));
    const std::string_view scheme = text.substr(0, mark);
    if (scheme != name_of(wanted)) {
        if (!is_of_a_later_version(scheme)) return refuse(text, wanted_form(wanted));
        return refuse(text, std::string(scheme) + " is not available in this version, " + wanted_form(wanted));
    }

    std::string_view rest = text.substr(mark + 3);
    if (rest.ends_with('/')) rest.remove_suffix(1);  // harmless, and often typed
    if (rest.find_first_of("/?#") != std::string_view::npos) {
        return refuse(text, "a path or a query means nothing here, " + wanted_form(wanted));
    }
    return parse_authority(text, rest, wanted);
}

Result<Url, std::string> parse_authority(std::string_view text, std::string_view authority, Scheme scheme) {
    if (authority.find('@') != std::string_view::npos) {
        return refuse("user names and passwords do not belong into an address", wanted_form(scheme));
    }
    const std::optional<Authority> parts = split_authority(authority);
    if (!parts) return refuse(text, wanted_form(scheme) + ", an IPv6 address in brackets as in [::1]");
    if (parts->host.empty()) return refuse(text, "a host is missing; 0.0.0.0 stands for all addresses");
    if (!parts->has_port) return Url{scheme, std::string(parts->host), row_of(scheme).port};
    const std::optional<std::uint16_t> port = parse_port(parts->port);
    if (!port) return refuse(text, "a port from 0 to 65535 is wanted, 0 for any free one");
    return Url{scheme, std::string(parts->host), *port};
}

bool is_loopback(const std::string& host) {
    if (host == "localhost") return true;
    const std::optional<Address> address = numeric_address(host, 0);
    if (!address) return false;
    if (address->is_v4()) return address->ip[12] == 127;
    return to_string(*address) == "[::1]:0";
}

}  // namespace trunkline::runtime
