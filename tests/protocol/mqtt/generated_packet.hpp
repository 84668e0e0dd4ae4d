#pragma once
// Packets with any valid content, drawn from a seeded stream.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/random.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::mqtt {

/// Draws packets that encode() may be given in this version. Each one views its texts in the generator: it is good
/// until the next draw.
class PacketGenerator {
public:
    PacketGenerator(std::uint64_t seed, ProtocolVersion version)
        : random_(seed, "tests", "packets"), version_(version) {}

    /// A packet of the variant's alternative number `index`.
    Packet draw(std::size_t index);

private:
    bool is_v5() const { return version_ == ProtocolVersion::v5; }
    bool coin() { return random_.below(2) == 0; }
    std::string_view text(std::size_t shortest = 0);
    std::string_view topic();
    std::string_view filter();
    ByteView binary();
    PacketId packet_id() { return PacketId{static_cast<std::uint16_t>(1 + random_.below(65'535))}; }
    QoS qos() { return static_cast<QoS>(random_.below(3)); }
    ReasonCode reason(PacketType packet);
    ByteView reasons(PacketType packet);
    Properties properties(PropertyPlace place);
    void add(PropertyBuilder& list, PropertyId id, PropertyPlace place);
    Will will();
    template <typename Ack>
    Ack ack(PacketType packet, PropertyPlace place);
    SubscriptionRequests requests(SubscriptionRequests::Kind kind);
    Connect connect();
    ConnAck connack();
    Publish publish();

    Random random_;
    ProtocolVersion version_;
    std::deque<std::string> texts_;  // deques: what is viewed stays where it is
    std::deque<PropertyBuilder> lists_;
    std::deque<SubscriptionRequestBuilder> requests_;
};

/// Whether the two say the same, field by field.
bool same(const Packet& a, const Packet& b);

}  // namespace trunkline::mqtt
