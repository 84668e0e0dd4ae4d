#pragma once
// What one connection is about to be sent, in two lanes (docs/architecture.md).

#include <cstdint>
#include <memory>
#include <vector>

#include "broker/core/store_batch.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::broker {

/// The gated lane is first in, first out; an item leaves once its ticket is durable and all before it have left. The
/// free lane waits for nothing but CONNACK. [MQTT-3.2.0-1]
class OutputLanes {
public:
    /// Returns the octets. `ticket` may be no_ticket: the item still waits its turn.
    std::size_t add_gated(const mqtt::Packet& packet, mqtt::ProtocolVersion version, Ticket ticket);
    std::size_t add_gated(const mqtt::PubAck& packet, mqtt::ProtocolVersion version, Ticket ticket);
    std::size_t add_free(const mqtt::Packet& packet, mqtt::ProtocolVersion version);
    std::size_t add_free(const mqtt::Publish& packet, mqtt::ProtocolVersion version);

    /// Moves out what may leave when everything up to `durable` is on disk. Returns its octets.
    std::size_t take(OutputBytes& out, Ticket durable);
    /// The connection is closing: what waits for the store, and before CONNACK the free lane, will never leave.
    void discard_waiting(Ticket durable);

    /// Octets in both lanes.
    std::size_t size() const { return gated_.size() + free_.size(); }
    /// Whether the gated lane holds something that `durable` does not let out.
    bool waits_for_store(Ticket durable) const;
    /// PUBACKs, PUBCOMPs and refusing PUBRECs in the gated lane: their messages still count against the Receive
    /// Maximum that the client was told. [MQTT-3.3.4-7]
    std::size_t acknowledgements_waiting() const { return acknowledgements_; }

private:
    /// Items in a row that leave together: what waits for less than the one before it still waits its turn.
    struct Stretch {
        Ticket ticket{};
        std::uint32_t size = 0;
        std::uint32_t acknowledgements = 0;
    };
    Stretch& stretch_for(Ticket ticket);
    const Stretch& last() const { return later_ ? later_->back() : first_; }
    std::size_t let_pass(Ticket durable);
    std::size_t let_several_pass(Ticket durable);

    OutputBytes gated_;
    OutputBytes free_;
    std::uint32_t gated_usual_ = 0;  // octets that left last time, as the next are likely to be as many
    std::uint32_t free_usual_ = 0;
    Stretch first_;  // of the gated lane: mostly the only one, and then nothing is allocated
    std::unique_ptr<std::vector<Stretch>> later_;  // their tickets rise; null: there are none
    std::uint32_t acknowledgements_ = 0;
    bool connack_waits_ = false;  // in front of everything
    bool connack_left_ = false;
};

}  // namespace trunkline::broker
