#include "protocol/carrier/address_text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace trunkline::carrier {

namespace {

std::optional<std::uint32_t> parse_number(std::string_view text, int base, std::size_t digits, std::uint32_t most) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, number, base);
    if (text.empty() || text.size() > digits || error != std::errc() || parsed != end || number > most) return {};
    return number;
}

std::optional<std::uint32_t> parse_decimal(std::string_view text, std::size_t digits, std::uint32_t most) {
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return parse_number(text, 10, digits, most);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
        parts.push_back(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    parts.push_back(text);
    return parts;
}

/// The groups of one side of "::"; none for an empty side.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text) {
    std::vector<std::uint16_t> groups;
    if (text.empty()) return groups;
    for (const std::string_view part : split(text, ':')) {
        const auto group = parse_number(part, 16, 4, 0xffff);
        if (!group) return std::nullopt;
        groups.push_back(static_cast<std::uint16_t>(*group));
    }
    return groups;
}

void store_groups(const std::vector<std::uint16_t>& groups, IpOctets::iterator at) {
    for (const std::uint16_t group : groups) {
        *at++ = static_cast<std::uint8_t>(group >> 8U);
        *at++ = static_cast<std::uint8_t>(group & 0xffU);
    }
}

}  // namespace

std::optional<IpOctets> parse_ipv4(std::string_view text) {
    IpOctets ip{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
    const std::vector<std::string_view> parts = split(text, '.');
    if (parts.size() != 4) return std::nullopt;
    for (std::size_t index = 0; index < 4; ++index) {
        const auto number = parse_decimal(parts[index], 3, 255);
        if (!number) return std::nullopt;
        ip[12 + index] = static_cast<std::uint8_t>(*number);
    }
    return ip;
}

std::optional<IpOctets> parse_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    const bool has_gap = gap != std::string_view::npos;
    const auto front = parse_groups(text.substr(0, gap));
    const auto back = parse_groups(has_gap ? text.substr(gap + 2) : std::string_view{});
    if (!front || !back) return std::nullopt;
    const std::size_t groups = front->size() + back->size();
    if (has_gap ? groups > 7 : groups != 8) return std::nullopt;  // "::" stands for one group at least
    IpOctets ip{};
    store_groups(*front, ip.begin());
    store_groups(*back, ip.end() - static_cast<std::ptrdiff_t>(2 * back->size()));
    return ip;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto number = parse_decimal(text, 5, 65'535);
    if (!number) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

}  // namespace trunkline::carrier
