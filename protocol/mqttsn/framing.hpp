#pragma once
// Length and MsgType in front of each message (§5.2.1, §5.2.2).

#include <cstddef>
#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/mqttsn/codec.hpp"

namespace trunkline::mqttsn {

/// As the first octet: the length stands in the next two.
inline constexpr std::byte three_octet_length{0x01};
/// What a message with either length form can measure in all.
inline constexpr std::size_t max_short_message = 255;
inline constexpr std::size_t max_message = 65535;

struct Framed {
    std::uint8_t type = 0;
    ByteView fields;  // after MsgType
};

/// Splits a datagram that holds exactly one message. The three-octet length is accepted at any size.
inline Result<Framed, MalformedMessage> unframe(ByteView datagram) {
    const auto octet = [&](std::size_t at) { return static_cast<std::size_t>(datagram[at]); };
    if (datagram.size() < 2) return Failure{MalformedMessage{"§5.2.1", "datagram is too short for a message"}};
    const bool is_long = datagram[0] == three_octet_length;
    const std::size_t header = is_long ? 4 : 2;
    if (datagram.size() < header) return Failure{MalformedMessage{"§5.2.1", "datagram is too short for a message"}};
    const std::size_t length = is_long ? octet(1) << 8 | octet(2) : octet(0);
    if (length != datagram.size()) return Failure{MalformedMessage{"§5.2.1", "Length and datagram differ"}};
    return Framed{static_cast<std::uint8_t>(datagram[header - 1]), datagram.subspan(header)};
}

/// Size of a message with that many octets after MsgType, in the shortest form that holds it.
constexpr std::size_t framed_size(std::size_t fields) {
    const std::size_t in_short_form = 2 + fields;
    return in_short_form <= max_short_message ? in_short_form : 4 + fields;
}

}  // namespace trunkline::mqttsn
