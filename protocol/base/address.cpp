#include "protocol/base/address.hpp"

#include <algorithm>
#include <cstddef>

namespace trunkline {

namespace {

std::string hexadecimal(unsigned group) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    do {
        text.insert(text.begin(), digits[group & 0x0fU]);
        group >>= 4U;
    } while (group != 0);
    return text;
}

std::string v6_text(const std::array<std::uint8_t, 16>& ip) {
    const bool only_last = std::all_of(ip.begin(), ip.end() - 1, [](std::uint8_t octet) { return octet == 0; });
    if (only_last && ip.back() <= 1) return ip.back() == 0 ? "::" : "::1";
    std::string text;
    for (std::size_t at = 0; at < ip.size(); at += 2) {
        if (at != 0) text += ':';
        text += hexadecimal(static_cast<unsigned>(ip[at]) << 8U | ip[at + 1]);
    }
    return text;
}

}  // namespace

bool Address::is_v4() const {
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(mapped.begin(), mapped.end(), ip.begin());
}

std::string to_string(const Address& address) {
    if (!address.is_v4()) return "[" + v6_text(address.ip) + "]:" + std::to_string(address.port);
    std::string text;
    for (std::size_t at = 12; at < 16; ++at) {
        if (at != 12) text += '.';
        text += std::to_string(address.ip[at]);
    }
    return text + ':' + std::to_string(address.port);
}

}  // namespace trunkline
