#include "simulator/scenario/quantities.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>

namespace trunkline::sim::reading {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor = 1;
};
constexpr Unit rate_units[] = {{"bit", 1}, {"kbit", 1'000}, {"mbit", 1'000'000}, {"gbit", 1'000'000'000}};
constexpr Unit size_units[] = {{"B", 1}, {"KiB", 1U << 10U}, {"MiB", 1U << 20U}};
constexpr std::uint64_t fastest = 100'000'000'000;
constexpr std::uint64_t largest = 256U << 20U;

/// A whole number and a unit, and nothing else; at least 1, at most `most`.
std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units, std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number == 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    for (const Unit& unit : units) {
        if (unit.name == text && number <= most / unit.factor) return number * unit.factor;
    }
    return std::nullopt;
}

/// A whole number up to `most`, which it takes from the beginning of the text.
std::optional<unsigned> take_number(std::string_view& text, unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number > most) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<Network> parse_network(std::string_view text) {
    constexpr unsigned v4_bits = Network::bits - Network::mapped_bits;
    std::array<std::uint8_t, 4> octets{};
    for (std::size_t at = 0; at < octets.size(); ++at) {
        if (at != 0) {
            if (!text.starts_with('.')) return std::nullopt;
            text.remove_prefix(1);
        }
        const auto octet = take_number(text, 255);
        if (!octet) return std::nullopt;
        octets[at] = static_cast<std::uint8_t>(*octet);
    }
    unsigned prefix = v4_bits;
    if (text.starts_with('/')) {
        text.remove_prefix(1);
        const auto given = take_number(text, v4_bits);
        if (!given) return std::nullopt;
        prefix = *given;
    }
    if (!text.empty()) return std::nullopt;
    return Network{Address::v4(octets[0], octets[1], octets[2], octets[3], 0), Network::mapped_bits + prefix};
}

}  // namespace

std::uint64_t read_rate(const Field& field) {
    const auto rate = field.is_text() ? parse(field.text(), rate_units, fastest) : std::nullopt;
    if (!rate) field.refuse("a rate from 1bit to 100gbit is wanted, like \"9600bit\", \"64kbit\" or \"10mbit\"");
    return *rate;
}

std::uint64_t read_octets(const Field& field) {
    const auto octets = field.is_text() ? parse(field.text(), size_units, largest) : std::nullopt;
    if (!octets) field.refuse("a size from 1B to 256MiB is wanted, like \"512B\", \"64KiB\" or \"1MiB\"");
    return *octets;
}

Network read_network(const Field& field) {
    const auto network = field.is_text() ? parse_network(field.text()) : std::nullopt;
    if (!network) field.refuse("an IPv4 address or network is wanted, like \"10.0.0.9\" or \"10.0.0.0/8\"");
    return *network;
}

}  // namespace trunkline::sim::reading
