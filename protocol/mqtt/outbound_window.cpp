#include "protocol/mqtt/outbound_window.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace trunkline::mqtt {

namespace {

/// All octets of a message in one piece of memory, which it views from now on.
void keep_octets(OutboundWindow::Message& message) {
    const std::size_t size = message.topic.size() + message.payload.size() + message.properties.size();
    message.octets = std::make_unique_for_overwrite<std::byte[]>(size);
    std::byte* free = message.octets.get();
    const auto keep = [&free](ByteView octets) {
        const std::span<std::byte> kept(free, octets.size());
        free = std::copy(octets.begin(), octets.end(), free);
        return ByteView(kept);
    };
    message.topic = as_text(keep(as_byte_view(message.topic)));
    message.payload = keep(message.payload);
    message.properties = keep(message.properties);
}

}  // namespace

void OutboundWindow::add(Message message) {
    assert(!contains(message.packet_id));
    assert(message.stage == Stage::waiting);
    keep_octets(message);
    const PacketId packet_id = message.packet_id;
    places_.add(packet_id, waiting_.insert(waiting_.end(), std::move(message)));
}

void OutboundWindow::connection_started() {
    for (Message& message : sent_) message.stage = Stage::waiting;
    if (sent_.size() == 1 && sent_.front().hang_ups != 0) set_aside_.splice(set_aside_.end(), sent_);
    waiting_.splice(waiting_.begin(), sent_);
    doubt.left_over = waiting_.size();
    doubt.trial = Trial::none;
    doubt.try_at.reset();
}

void OutboundWindow::session_started() {
    for (Message& message : waiting_) message.was_sent = false;
    for (Message& message : sent_) message.was_sent = false;
    for (Message& message : set_aside_) message.was_sent = false;
}

const OutboundWindow::Message& OutboundWindow::suspect() {
    assert(sent_.size() == 1);
    Message& message = sent_.front();
    if (message.hang_ups < std::numeric_limits<std::uint8_t>::max()) ++message.hang_ups;
    return message;
}

void OutboundWindow::acquit() {
    for (Message& message : set_aside_) {
        message.hang_ups = 0;
        message.others_passed = false;
    }
    sent_.splice(sent_.begin(), set_aside_);
}

void OutboundWindow::next_was_sent() {
    assert(!waiting_.empty());
    waiting_.front().stage = Stage::sent;
    waiting_.front().was_sent = true;
    sent_.splice(sent_.end(), waiting_, waiting_.begin());
}

void OutboundWindow::drop_next() {
    assert(!waiting_.empty());
    places_.take(waiting_.front().packet_id);
    waiting_.pop_front();
}

const OutboundWindow::Message* OutboundWindow::find(PacketId packet_id) const {
    const std::optional<Messages::iterator>* found = places_.find(packet_id);
    return found == nullptr ? nullptr : &***found;
}

void OutboundWindow::receive(PacketId packet_id, ReasonCode received_as) {
    const Messages::iterator place = **places_.find(packet_id);
    assert(place->stage == Stage::sent);
    assert(place->qos == QoS::exactly_once);
    *place = Message{.packet_id = packet_id,
                     .qos = QoS::exactly_once,
                     .stage = Stage::received,
                     .was_sent = true,
                     .received_as = received_as};
    released_.splice(released_.end(), sent_, place);
}

void OutboundWindow::release(PacketId packet_id) {
    const Messages::iterator place = **places_.find(packet_id);
    assert(place->stage == Stage::received);
    place->stage = Stage::released;
}

void OutboundWindow::add_released(PacketId packet_id) {
    assert(!contains(packet_id));
    places_.add(packet_id,
                released_.insert(
                    released_.end(),
                    {.packet_id = packet_id, .qos = QoS::exactly_once, .stage = Stage::released, .was_sent = true}));
}

void OutboundWindow::remove(PacketId packet_id) {
    const std::optional<Messages::iterator> place = places_.take(packet_id);
    assert(place);
    assert((*place)->stage != Stage::waiting);
    ((*place)->stage == Stage::sent ? sent_ : released_).erase(*place);
}

}  // namespace trunkline::mqtt
