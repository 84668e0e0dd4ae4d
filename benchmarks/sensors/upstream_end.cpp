#include "benchmarks/sensors/upstream_end.hpp"

#include <array>
#include <stdexcept>

namespace trunkline::load {

namespace {

using mqtt::PacketType;

template <std::size_t Size>
void append(std::vector<std::byte>& out, const std::array<unsigned, Size>& octets) {
    for (const unsigned octet : octets) out.push_back(static_cast<std::byte>(octet));
}

unsigned octet_at(ByteView octets, std::size_t at) {
    if (at >= octets.size()) throw std::runtime_error("the target has sent a packet that is too short");
    return std::to_integer<unsigned>(octets[at]);
}

}  // namespace

void UpstreamEnd::received(ClientIndex client, const mqtt::Frame& frame) {
    constexpr std::size_t version_at = 6;  // behind "MQTT" and its length
    switch (frame.type()) {
        case PacketType::connect:
            if (octet_at(frame.body, version_at) == 5) append(wire_.output(client), std::array{0x20U, 3U, 0U, 0U, 0U});
            else append(wire_.output(client), std::array{0x20U, 2U, 0U, 0U});
            return;
        case PacketType::publish:
            return publish(client, frame);
        case PacketType::pingreq:
            return append(wire_.output(client), std::array{0xd0U, 0U});
        default:
            return;
    }
}

void UpstreamEnd::publish(ClientIndex client, const mqtt::Frame& frame) {
    if ((frame.flags() >> 1U & 3U) != 0) {
        const std::size_t id = 2 + (octet_at(frame.body, 0) << 8U) + octet_at(frame.body, 1);
        append(wire_.output(client), std::array{0x40U, 2U, octet_at(frame.body, id), octet_at(frame.body, id + 1)});
    }
    receiver_.arrived(frame.body);
}

}  // namespace trunkline::load
