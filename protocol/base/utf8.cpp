#include "protocol/base/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace trunkline {

namespace {

struct Lead {
    unsigned length;          // octets of the whole sequence, 0: no sequence starts like this
    unsigned second_lowest;   // the second octet's range shuts out over-long forms, surrogates and what lies
    unsigned second_highest;  // beyond U+10FFFF (Unicode 15, table 3-7)
};

Lead lead_of(unsigned octet) {
    if (octet >= 0x01 && octet <= 0x7f) return {1, 0, 0};
    if (octet >= 0xc2 && octet <= 0xdf) return {2, 0x80, 0xbf};
    if (octet == 0xe0) return {3, 0xa0, 0xbf};
    if (octet == 0xed) return {3, 0x80, 0x9f};
    if (octet >= 0xe1 && octet <= 0xef) return {3, 0x80, 0xbf};
    if (octet == 0xf0) return {4, 0x90, 0xbf};
    if (octet >= 0xf1 && octet <= 0xf3) return {4, 0x80, 0xbf};
    if (octet == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

/// Nearly every text is: eight octets at a time, each from 0x01 to 0x7f.
bool is_plain_ascii(ByteView bytes) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    std::uint64_t bad = 0;
    std::size_t at = 0;
    for (; at + sizeof(std::uint64_t) <= bytes.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        bad |= word | (word - ones);  // the top bit of an octet is set, or becomes so where there was a zero
    }
    for (; at < bytes.size(); ++at) {
        const auto octet = std::to_integer<std::uint64_t>(bytes[at]);
        bad |= octet | (octet - 1);
    }
    return (bad & (ones << 7U)) == 0;
}

}  // namespace

bool is_mqtt_utf8(ByteView bytes) {
    if (is_plain_ascii(bytes)) return true;
    std::size_t at = 0;
    while (at < bytes.size()) {
        const Lead lead = lead_of(std::to_integer<unsigned>(bytes[at]));
        if (lead.length == 0 || bytes.size() - at < lead.length) return false;
        for (std::size_t next = 1; next < lead.length; ++next) {
            const unsigned octet = std::to_integer<unsigned>(bytes[at + next]);
            const unsigned lowest = next == 1 ? lead.second_lowest : 0x80U;
            const unsigned highest = next == 1 ? lead.second_highest : 0xbfU;
            if (octet < lowest || octet > highest) return false;
        }
        at += lead.length;
    }
    return true;
}

}  // namespace trunkline
