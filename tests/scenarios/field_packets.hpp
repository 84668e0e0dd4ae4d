#pragma once
// What sensors and their gateways put on the air, counted by message.

#include <array>
#include <cstdint>

#include "protocol/mqttsn/types.hpp"
#include "simulator/links/packet_listener.hpp"

namespace trunkline::sim {

/// Messages of at most 255 octets, whose type is their second octet (MQTT-SN 1.2 §5.2.1).
class FieldPackets : public PacketListener {
public:
    void began(WallTime) override {}
    void sent(const SentDatagram& datagram) override {
        const auto type = static_cast<std::size_t>(datagram.octets[1]);
        ++sent_[type];
        if (datagram.transit.arrives) ++arrived_[type];
    }
    void opened(const OpenedStream&) override {}
    void sent(std::uint64_t, LinkWay, const SentSegment&) override {}
    void ended(std::uint64_t) override {}

    std::uint64_t sent(mqttsn::MsgType type) const { return sent_[static_cast<std::size_t>(type)]; }
    std::uint64_t arrived(mqttsn::MsgType type) const { return arrived_[static_cast<std::size_t>(type)]; }

private:
    std::array<std::uint64_t, 256> sent_{};
    std::array<std::uint64_t, 256> arrived_{};
};

}  // namespace trunkline::sim
