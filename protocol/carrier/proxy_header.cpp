#include "protocol/carrier/proxy_header.hpp"

#include <algorithm>
#include <array>

#include "protocol/carrier/address_text.hpp"

namespace trunkline::carrier {

namespace {

using Parsed = Result<std::optional<ProxyHeader>, std::string_view>;

constexpr std::string_view v1_signature = "PROXY ";
constexpr std::string_view v2_signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t v1_longest = 107;  // §2.1: with its CR LF
constexpr std::size_t v2_fixed = 16;     // §2.2: signature, version and command, family, length

Parsed malformed(std::string_view why) { return Failure{why}; }
const Parsed more_is_wanted{std::optional<ProxyHeader>{}};

/// The text up to the next space, which is taken with it.
std::string_view next_word(std::string_view& rest) {
    const std::size_t space = rest.find(' ');
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    return word;
}

/// §2.1. `line` is without CR LF.
Parsed parse_line(std::string_view line, std::size_t size) {
    std::string_view rest = line.substr(v1_signature.size());
    const std::string_view family = next_word(rest);
    if (family == "UNKNOWN") return std::optional(ProxyHeader{size, {}});  // what follows must be ignored
    if (family != "TCP4" && family != "TCP6") return malformed("PROXY header: unknown family");
    const auto parse_ip = family == "TCP4" ? parse_ipv4 : parse_ipv6;
    const auto source = parse_ip(next_word(rest));
    const auto destination = parse_ip(next_word(rest));
    if (!source || !destination) return malformed("PROXY header: malformed address");
    const auto source_port = parse_port(next_word(rest));
    const bool has_more = line.ends_with(' ') || rest.find(' ') != std::string_view::npos;
    if (!source_port || has_more || !parse_port(rest)) return malformed("PROXY header: malformed port");
    return std::optional(ProxyHeader{size, Address{*source, *source_port}});
}

Parsed parse_v1(std::string_view text) {
    const std::size_t end = text.substr(0, v1_longest).find("\r\n");
    if (end != std::string_view::npos) return parse_line(text.substr(0, end), end + 2);
    if (text.size() >= v1_longest) return malformed("PROXY header: no end of line");
    return more_is_wanted;
}

std::size_t number_at(ByteView octets, std::size_t at) {
    return std::to_integer<std::size_t>(octets[at]) << 8U | std::to_integer<std::size_t>(octets[at + 1]);
}

Address address_at(ByteView octets, std::size_t at, std::size_t ip_size, std::size_t port_at) {
    Address address;
    if (ip_size == 4) address = Address::v4(0, 0, 0, 0, 0);
    const ByteView ip = octets.subspan(at, ip_size);
    std::transform(ip.begin(), ip.end(), address.ip.end() - static_cast<std::ptrdiff_t>(ip_size),
                   [](std::byte octet) { return std::to_integer<std::uint8_t>(octet); });
    address.port = static_cast<std::uint16_t>(number_at(octets, port_at));
    return address;
}

/// A row of §2.2's table of families and what their addresses take.
struct Family {
    unsigned code;
    std::size_t ip_size;  // 0: no address that we could name
    std::size_t size;
};
constexpr std::array<Family, 4> families{{
    {0x00, 0, 0},    // unspecified
    {0x11, 4, 12},   // TCP over IPv4
    {0x21, 16, 36},  // TCP over IPv6
    {0x31, 0, 216},  // Unix stream
}};

Parsed parse_v2(ByteView octets) {
    const auto version_and_command = std::to_integer<unsigned>(octets[12]);
    if (version_and_command != 0x20 && version_and_command != 0x21)
        return malformed("PROXY header: unknown version or command");
    const auto code = std::to_integer<unsigned>(octets[13]);
    const auto* family =
        std::find_if(families.begin(), families.end(), [code](const Family& row) { return row.code == code; });
    if (family == families.end()) return malformed("PROXY header: no family of streams");
    const std::size_t length = number_at(octets, 14);
    const std::size_t size = v2_fixed + length;
    if (size > longest_proxy_header) return malformed("PROXY header: too long");
    const bool is_local = version_and_command == 0x20;  // a health check of the balancer: addresses must be ignored
    if (!is_local && length < family->size) return malformed("PROXY header: too short for its addresses");
    if (octets.size() < size) return more_is_wanted;
    if (is_local || family->ip_size == 0) return std::optional(ProxyHeader{size, {}});
    return std::optional(
        ProxyHeader{size, address_at(octets, v2_fixed, family->ip_size, v2_fixed + 2 * family->ip_size)});
}

bool begins_like(std::string_view text, std::string_view signature) {
    return text.substr(0, signature.size()) == signature.substr(0, text.size());
}

}  // namespace

Result<std::optional<ProxyHeader>, std::string_view> parse_proxy_header(ByteView octets) {
    const std::string_view text = as_text(octets);
    if (begins_like(text, v1_signature)) return text.size() < v1_signature.size() ? more_is_wanted : parse_v1(text);
    if (begins_like(text, v2_signature)) return text.size() < v2_fixed ? more_is_wanted : parse_v2(octets);
    return malformed("PROXY header: missing");
}

}  // namespace trunkline::carrier
