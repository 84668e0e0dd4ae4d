#include "protocol/mqtt/topic_name.hpp"

#include <cstdint>
#include <cstring>

namespace trunkline::mqtt {

namespace {

constexpr std::uint64_t ones = 0x0101010101010101U;

/// Whether one of the eight octets is zero (Lamport, "Multiple byte processing with full-word instructions", 1975).
constexpr bool has_zero(std::uint64_t word) { return ((word - ones) & ~word & (ones << 7U)) != 0; }

bool has_forbidden(const char* eight) {
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    return has_zero(word) || has_zero(word ^ ones * '+') || has_zero(word ^ ones * '#');
}

bool is_forbidden(char octet) { return octet == '+' || octet == '#' || octet == '\0'; }

}  // namespace

bool is_topic_name(std::string_view topic) {
    if (topic.empty() || topic.size() > 65'535) return false;  // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
    constexpr std::size_t eight = sizeof(std::uint64_t);
    bool has_other = false;  // [MQTT-4.7.0-1] [MQTT-4.7.3-2]
    if (topic.size() < eight) {
        for (const char octet : topic) has_other |= is_forbidden(octet);
        return !has_other;
    }
    for (std::size_t at = 0; at + eight < topic.size(); at += eight) has_other |= has_forbidden(topic.data() + at);
    return !(has_other || has_forbidden(topic.data() + topic.size() - eight));  // the last ones, some of them again
}

}  // namespace trunkline::mqtt
