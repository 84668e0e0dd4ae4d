#include "broker/access/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace trunkline::broker {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(ByteView octets) {
    std::string text;
    for (std::size_t at = 0; at < octets.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, octets.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t index = 0; index < 3; ++index)
            bits = bits << 8U | (index < count ? std::to_integer<std::uint32_t>(octets[at + index]) : 0U);
        for (std::size_t index = 0; index < 4; ++index)
            text += index <= count ? alphabet[bits >> (18 - 6 * index) & 63U] : '=';
    }
    return text;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::vector<std::byte> octets;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        const std::string_view group = text.substr(at, 4);
        const bool is_last = at + 4 == text.size();
        const std::size_t digits = std::min(group.find('='), group.size());
        const bool is_padded = group.substr(digits).find_first_not_of('=') == std::string_view::npos;
        if (digits < (is_last ? 2U : 4U) || !is_padded) return std::nullopt;
        std::uint32_t bits = 0;
        for (std::size_t index = 0; index < 4; ++index) {
            const std::size_t value = index < digits ? alphabet.find(group[index]) : 0;
            if (value == std::string_view::npos) return std::nullopt;
            bits = bits << 6U | static_cast<std::uint32_t>(value);
        }
        for (std::size_t index = 0; index < 3; ++index) {
            const auto octet = static_cast<std::byte>(bits >> (16 - 8 * index) & 0xffU);
            if (index + 1 < digits) octets.push_back(octet);
            else if (octet != std::byte{0}) return std::nullopt;
        }
    }
    return octets;
}

}  // namespace trunkline::broker
