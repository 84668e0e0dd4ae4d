// A message that the server ends the connection for, each time that it comes.
//
// Some hang up on a topic that they do not like: NATS on a space or a point in it, Mosquitto on control characters and
// on more than 200 levels, RabbitMQ with 3.1.1 on what its user may not publish. The session has the message sent again
// on the next connection [MQTT-4.4.0-1], in its place [MQTT-4.6.0-1], so that nothing behind it would ever leave.
// Hence: after two connections that ended so, what is left over leaves one by one, until the one is found that was
// alone on the way at the end. That one leaves last from then on, which is the one exception from the order; and after
// some more such ends it is given up. When another one, alone, has the same fate before any was acknowledged, it is the
// server that takes nothing: all are in their places again.

#include <limits>
#include <string>

#include "protocol/mqtt/client.hpp"

namespace trunkline::mqtt {

namespace {

/// A server may die once, or a network break, whatever is on the way.
constexpr std::uint8_t coincidences = 2;

using Trial = OutboundWindow::Trial;

}  // namespace

/// The server has ended the connection.
void Client::suspect() {
    if (settings_.suspicion.hang_ups == 0 || on_the_way() == 0) return;
    OutboundWindow::Doubt& doubt = outbound_->doubt;
    if (doubt.cut_offs < std::numeric_limits<std::uint8_t>::max()) ++doubt.cut_offs;
    if (outbound_->sent() != 1 || !requests_.empty()) return;
    if (doubt.cut_offs < coincidences && doubt.trial != Trial::under_way) return;
    if (doubt.trial != Trial::under_way && outbound_->has_untested()) return outbound_->acquit();
    const OutboundWindow::Message& message = outbound_->suspect();
    if (message.hang_ups < settings_.suspicion.hang_ups || !message.others_passed) return;
    events_.push_back(ClientGaveUp{message.packet_id, std::string(message.topic)});
    outbound_->remove(message.packet_id);
}

/// After CONNACK.
void Client::begin_carefully(Instant now) {
    if (!outbound_) return;
    OutboundWindow::Doubt& doubt = outbound_->doubt;
    if (doubt.left_over == 0) doubt.cut_offs = 0;
    if (!outbound_->has_set_aside()) return;
    const std::chrono::seconds pause(settings_.suspicion.pause_seconds);
    if (pause.count() != 0) doubt.try_at = now + pause;
    else if (doubt.left_over == 0) doubt.trial = Trial::due;
}

bool Client::take_due_trial(Instant now) {
    if (!is_connected() || !outbound_ || !outbound_->doubt.try_at || now < *outbound_->doubt.try_at) return false;
    outbound_->doubt.try_at.reset();
    return true;
}

/// What is on the way is to be answered before anything else leaves.
bool Client::must_wait() const {
    const OutboundWindow::Doubt& doubt = outbound_->doubt;
    if (outbound_->sent() == 0) return false;
    return doubt.trial != Trial::none || (doubt.cut_offs >= coincidences && doubt.left_over != 0);
}

/// If it is due; then nothing is on the way.
void Client::take_back_suspect() {
    if (outbound_->doubt.trial != Trial::due) return;
    outbound_->doubt.trial = outbound_->has_set_aside() ? Trial::under_way : Trial::none;
    if (outbound_->has_set_aside()) outbound_->take_back();
}

/// A message is over.
void Client::answered(Instant now) {
    OutboundWindow::Doubt& doubt = outbound_->doubt;
    const bool are_through = doubt.left_over == 1;
    if (doubt.left_over != 0) --doubt.left_over;
    if (are_through) doubt.cut_offs = 0;
    const bool was_trial = doubt.trial == Trial::under_way;
    if (was_trial) doubt.trial = Trial::none;
    if (!outbound_->has_set_aside() || !(was_trial || are_through)) return;
    const std::chrono::seconds pause(settings_.suspicion.pause_seconds);
    if (pause.count() == 0) doubt.trial = Trial::due;
    else if (was_trial) doubt.try_at = now + pause;
}

}  // namespace trunkline::mqtt
