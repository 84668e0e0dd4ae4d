#pragma once
// Forwarder encapsulation: messages of clients that reach the gateway through a forwarder (§5.5).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/mqttsn/codec.hpp"

namespace trunkline::mqttsn {

/// What an encapsulated datagram holds. A decoded one views the datagram.
struct Forwarded {
    std::uint8_t radius = 0;  // 0 to 3, gateway to forwarder only
    ByteView wireless_node_id;
    ByteView message;  // a datagram of its own, not looked into: a forwarder need not understand it
};

inline constexpr std::size_t max_wireless_node_id =
    252;  // Length is one octet, and counts only up to the end of the id

/// True when the datagram begins as an encapsulation: unwrap() is asked then, decode() else.
bool is_encapsulated(ByteView datagram);

/// Refused: no Wireless Node Id, or nothing after it. An encapsulation within an encapsulation is refused when the
/// inner message is decoded.
Result<Forwarded, MalformedMessage> unwrap(ByteView datagram);

/// What stands in front of an encapsulated message.
constexpr std::size_t encapsulation_size(std::size_t wireless_node_id_size) { return 3 + wireless_node_id_size; }

/// The answer to a forwarder carries the same Wireless Node Id: 1 to max_wireless_node_id octets (assert).
std::vector<std::byte> wrap(const Forwarded& forwarded);

/// What stands in front of the message alone, into a span of exactly its size (assert).
void write_encapsulation(std::uint8_t radius, ByteView wireless_node_id, std::span<std::byte> out);

}  // namespace trunkline::mqttsn
