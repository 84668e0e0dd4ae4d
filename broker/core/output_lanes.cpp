#include "broker/core/output_lanes.hpp"

#include <algorithm>

#include "protocol/mqtt/codec.hpp"

namespace trunkline::broker {

namespace {

/// Whether the packet frees a place in the client's send quota (§4.9).
bool ends_handshake(const mqtt::Packet& packet) {
    if (const auto* pubrec = std::get_if<mqtt::PubRec>(&packet)) return is_failure(pubrec->reason);
    return std::holds_alternative<mqtt::PubAck>(packet) || std::holds_alternative<mqtt::PubComp>(packet);
}

}  // namespace

std::size_t OutputLanes::add_gated(const mqtt::Packet& packet, mqtt::ProtocolVersion version, Ticket ticket) {
    const std::size_t size = mqtt::encode(packet, version, gated_);
    Item item;
    item.ticket = ticket;
    item.size = static_cast<std::uint32_t>(size);
    item.is_connack = std::holds_alternative<mqtt::ConnAck>(packet);
    item.is_acknowledgement = ends_handshake(packet);
    if (item.is_acknowledgement) ++acknowledgements_;
    items_.push_back(item);
    return size;
}

std::size_t OutputLanes::add_free(const mqtt::Packet& packet, mqtt::ProtocolVersion version) {
    return mqtt::encode(packet, version, free_);
}

std::size_t OutputLanes::take(OutputBytes& out, Ticket durable) {
    std::size_t passing = 0;
    auto item = items_.begin();
    for (; item != items_.end() && item->ticket <= durable; ++item) {
        passing += item->size;
        if (item->is_connack) connack_left_ = true;
        if (item->is_acknowledgement) --acknowledgements_;
    }
    if (item == items_.end()) {
        out.take(gated_);
        std::vector<Item>().swap(items_);  // an idle connection holds none
    } else if (passing != 0) {
        out.append(gated_.view().first(passing));
        gated_.consume(passing);
        items_.erase(items_.begin(), item);
    }
    if (!connack_left_) return passing;
    passing += free_.size();
    out.take(free_);
    return passing;
}

void OutputLanes::discard_waiting(Ticket durable) {
    OutputBytes leaving;
    take(leaving, durable);
    gated_ = OutputBytes();
    items_.clear();
    acknowledgements_ = 0;
    free_ = std::move(leaving);
    connack_left_ = true;  // whatever is left now may go
}

bool OutputLanes::waits_for_store(Ticket durable) const {
    return std::any_of(items_.begin(), items_.end(), [durable](const Item& item) { return item.ticket > durable; });
}

}  // namespace trunkline::broker
