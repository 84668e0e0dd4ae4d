#include "broker/core/output_lanes.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/mqtt/codec.hpp"

namespace trunkline::broker {

namespace {

/// Whether the packet frees a place in the client's send quota (§4.9).
bool ends_handshake(const mqtt::Packet& packet) {
    if (const auto* pubrec = std::get_if<mqtt::PubRec>(&packet)) return is_failure(pubrec->reason);
    return std::holds_alternative<mqtt::PubAck>(packet) || std::holds_alternative<mqtt::PubComp>(packet);
}

/// One burst must not make every small packet behind it cost as much memory.
std::uint32_t usual(std::size_t octets) {
    constexpr std::size_t most = 64 * 1024;
    return static_cast<std::uint32_t>(std::min(octets, most));
}

}  // namespace

OutputLanes::Stretch& OutputLanes::stretch_for(Ticket ticket) {
    if (gated_.empty()) {
        first_ = {ticket};
        return first_;
    }
    Stretch& last = later_ ? later_->back() : first_;
    if (ticket <= last.ticket) return last;
    if (!later_) later_ = std::make_unique<std::vector<Stretch>>();
    return later_->emplace_back(Stretch{ticket});
}

std::size_t OutputLanes::add_gated(const mqtt::Packet& packet, mqtt::ProtocolVersion version, Ticket ticket) {
    Stretch& stretch = stretch_for(ticket);
    gated_.expect(gated_usual_);
    const std::size_t size = mqtt::encode(packet, version, gated_);
    stretch.size += static_cast<std::uint32_t>(size);
    if (std::holds_alternative<mqtt::ConnAck>(packet)) {
        assert(gated_.size() == size);
        connack_waits_ = true;
    }
    if (ends_handshake(packet)) {
        ++stretch.acknowledgements;
        ++acknowledgements_;
    }
    return size;
}

std::size_t OutputLanes::add_gated(const mqtt::PubAck& packet, mqtt::ProtocolVersion version, Ticket ticket) {
    Stretch& stretch = stretch_for(ticket);
    gated_.expect(gated_usual_);
    const std::size_t size = mqtt::encode(packet, version, gated_);
    stretch.size += static_cast<std::uint32_t>(size);
    ++stretch.acknowledgements;  // be it a refusal: it ends the handshake
    ++acknowledgements_;
    return size;
}

std::size_t OutputLanes::add_free(const mqtt::Packet& packet, mqtt::ProtocolVersion version) {
    free_.expect(free_usual_);
    return mqtt::encode(packet, version, free_);
}

std::size_t OutputLanes::add_free(const mqtt::Publish& packet, mqtt::ProtocolVersion version) {
    free_.expect(free_usual_);
    return mqtt::encode(packet, version, free_);
}

/// Takes the stretches that may leave off the list; returns their octets.
std::size_t OutputLanes::let_pass(Ticket durable) {
    if (gated_.empty() || first_.ticket > durable) return 0;
    connack_left_ = connack_left_ || std::exchange(connack_waits_, false);
    if (later_) return let_several_pass(durable);
    acknowledgements_ -= first_.acknowledgements;
    return first_.size;
}

std::size_t OutputLanes::let_several_pass(Ticket durable) {
    std::size_t passing = first_.size;
    acknowledgements_ -= first_.acknowledgements;
    auto staying = later_->begin();
    for (; staying != later_->end() && staying->ticket <= durable; ++staying) {
        passing += staying->size;
        acknowledgements_ -= staying->acknowledgements;
    }
    if (staying == later_->end()) {
        later_.reset();  // an idle connection holds none
        return passing;
    }
    first_ = *staying;
    later_->erase(later_->begin(), staying + 1);
    if (later_->empty()) later_.reset();
    return passing;
}

std::size_t OutputLanes::take(OutputBytes& out, Ticket durable) {
    std::size_t passing = let_pass(durable);
    if (passing != 0) {
        gated_usual_ = usual(passing);
        if (passing == gated_.size()) {
            out.take(gated_);
        } else {
            out.append(gated_.view().first(passing));
            gated_.consume(passing);
        }
    }
    if (!connack_left_ || free_.empty()) return passing;
    free_usual_ = usual(free_.size());
    passing += free_.size();
    out.take(free_);
    return passing;
}

void OutputLanes::discard_waiting(Ticket durable) {
    OutputBytes leaving;
    take(leaving, durable);
    gated_ = OutputBytes();
    later_.reset();
    connack_waits_ = false;
    acknowledgements_ = 0;
    free_ = std::move(leaving);
    connack_left_ = true;  // whatever is left now may go
}

bool OutputLanes::waits_for_store(Ticket durable) const { return !gated_.empty() && last().ticket > durable; }

}  // namespace trunkline::broker
