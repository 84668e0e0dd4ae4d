#include "runtime/transport/url.hpp"

#include <charconv>
#include <optional>

#include "protocol/base/address.hpp"
#include "runtime/transport/resolve.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::string_view name_of(Scheme scheme) { return scheme == Scheme::mqtt ? "mqtt" : "udp"; }
constexpr std::uint16_t default_port(Scheme scheme) { return scheme == Scheme::mqtt ? 1883 : 10000; }

Failure<std::string> refuse(std::string_view text, const std::string& why) {
    return Failure{std::string(text) + ": " + why};
}

std::string wanted_form(Scheme wanted) { return std::string(name_of(wanted)) + "://HOST:PORT is wanted"; }

bool is_of_a_later_version(std::string_view scheme) {
    return scheme == "mqtts" || scheme == "ws" || scheme == "wss" || scheme == "dtls";
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

std::string to_string(const Url& url) {
    const bool is_v6 = url.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + url.host + "]" : url.host;
    return std::string(name_of(url.scheme)) + "://" + host + ":" + std::to_string(url.port);
}

Result<Url, std::string> parse_url(std::string_view text, Scheme wanted) {
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos) return refuse(text, wanted_form(wanted));
    const std::string_view scheme = text.substr(0, mark);
    if (is_of_a_later_version(scheme)) {
        return refuse(text, std::string(scheme) + " is not available in this version, " + wanted_form(wanted));
    }
    if (scheme != name_of(wanted)) return refuse(text, wanted_form(wanted));

    std::string_view rest = text.substr(mark + 3);
    if (rest.ends_with('/')) rest.remove_suffix(1);  // harmless, and often typed
    if (rest.find_first_of("/?#") != std::string_view::npos) {
        return refuse(text, "a path or a query means nothing here, " + wanted_form(wanted));
    }
    if (rest.find('@') != std::string_view::npos) {
        return refuse("user names and passwords do not belong into an address", wanted_form(wanted));
    }
    const std::optional<Authority> authority = split_authority(rest);
    if (!authority) return refuse(text, wanted_form(wanted) + ", an IPv6 address in brackets as in [::1]");
    if (authority->host.empty()) return refuse(text, "a host is missing; 0.0.0.0 stands for all addresses");
    if (!authority->has_port) return Url{wanted, std::string(authority->host), default_port(wanted)};
    const std::optional<std::uint16_t> port = parse_port(authority->port);
    if (!port) return refuse(text, "a port from 0 to 65535 is wanted, 0 for any free one");
    return Url{wanted, std::string(authority->host), *port};
}

bool is_loopback(const std::string& host) {
    if (host == "localhost") return true;
    const std::optional<Address> address = numeric_address(host, 0);
    if (!address) return false;
    if (address->is_v4()) return address->ip[12] == 127;
    return to_string(*address) == "[::1]:0";
}

}  // namespace trunkline::runtime
