#include "protocol/mqttsn/forwarding.hpp"

#include <algorithm>
#include <cassert>

#include "protocol/mqttsn/framing.hpp"
#include "protocol/mqttsn/writer.hpp"

namespace trunkline::mqttsn {
namespace {

constexpr std::size_t header_size = encapsulation_size(0);  // Length, MsgType, Ctrl
constexpr unsigned radius_mask = 0x03;                      // the other bits of Ctrl are reserved

}  // namespace

// Length is always one octet here, so that 0x01 in front is the long form of a plain message, never an encapsulation.
bool is_encapsulated(ByteView datagram) {
    return datagram.size() >= 2 && datagram[0] != three_octet_length &&
           datagram[1] == std::byte{static_cast<std::uint8_t>(MsgType::encapsulated)};
}

Result<Forwarded, MalformedMessage> unwrap(ByteView datagram) {
    if (!is_encapsulated(datagram)) return Failure{MalformedMessage{"§5.5", "no encapsulated message"}};
    const auto length = static_cast<std::size_t>(datagram[0]);
    if (length <= header_size) return Failure{MalformedMessage{"§5.5", "no Wireless Node Id"}};
    if (length >= datagram.size()) return Failure{MalformedMessage{"§5.5", "nothing after the Wireless Node Id"}};
    return Forwarded{static_cast<std::uint8_t>(static_cast<unsigned>(datagram[2]) & radius_mask),
                     datagram.subspan(header_size, length - header_size), datagram.subspan(length)};
}

std::vector<std::byte> wrap(const Forwarded& forwarded) {
    const std::size_t length = encapsulation_size(forwarded.wireless_node_id.size());
    std::vector<std::byte> datagram(length + forwarded.message.size());
    write_encapsulation(forwarded.radius, forwarded.wireless_node_id, std::span(datagram).first(length));
    std::copy(forwarded.message.begin(), forwarded.message.end(),
              datagram.begin() + static_cast<std::ptrdiff_t>(length));
    return datagram;
}

void write_encapsulation(std::uint8_t radius, ByteView wireless_node_id, std::span<std::byte> out) {
    assert(radius <= radius_mask);
    assert(!wireless_node_id.empty());
    assert(wireless_node_id.size() <= max_wireless_node_id);
    assert(out.size() == encapsulation_size(wireless_node_id.size()));
    Writer writer(out);
    writer.octet(static_cast<unsigned>(out.size()));
    writer.octet(static_cast<unsigned>(MsgType::encapsulated));
    writer.octet(radius);
    writer.octets(wireless_node_id);
}

}  // namespace trunkline::mqttsn
