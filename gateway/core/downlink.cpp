#include "gateway/core/downlink.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::gateway {

Downlink::Added Downlink::add(const mqtt::ClientMessage& arrived, std::size_t limit) {
    if (exchange_ && running().is_of_lost_connection && arrived.dup && running().packet_id == arrived.packet_id) {
        // On its way to the sensor already when the connection to the broker was lost. From now on its acknowledgement
        // has somebody to go to again.
        running().is_of_lost_connection = false;
        return Added::repeated;
    }
    const bool is_full = queue_.size() >= limit;
    if (is_full && !drop_oldest_qos_0()) return Added::dropped;
    queue_.push_back({.topic = arrived.topic,
                      .payload = arrived.payload,
                      .qos = arrived.qos,
                      .retain = arrived.retain,
                      .packet_id = arrived.packet_id});
    return is_full ? Added::displaced_another : Added::queued;
}

bool Downlink::drop_oldest_qos_0() {
    const auto first = queue_.begin() + (exchange_ ? 1 : 0);
    const auto oldest = std::find_if(first, queue_.end(),
                                     [](const Message& message) { return message.qos == mqtt::QoS::at_most_once; });
    if (oldest == queue_.end()) return false;
    queue_.erase(oldest);
    return true;
}

void Downlink::upstream_lost() {
    for (Message& message : queue_) message.is_of_lost_connection = true;
}

void Downlink::session_resumed() {
    const auto first = queue_.begin() + (exchange_ ? 1 : 0);
    const auto comes_again = [](const Message& message) {
        return message.is_of_lost_connection && message.qos != mqtt::QoS::at_most_once;
    };
    queue_.erase(std::remove_if(first, queue_.end(), comes_again), queue_.end());
}

Downlink::Message* Downlink::next() {
    if (exchange_ || paused_until_ || queue_.empty()) return nullptr;
    return &queue_.front();
}

mqttsn::MsgId Downlink::begin(Step step, WireTopic topic, const mqttsn::RetrySettings& retry, Instant now) {
    assert(next() != nullptr);
    last_msg_id_ = last_msg_id_ == 0xffff ? std::uint16_t{1} : static_cast<std::uint16_t>(last_msg_id_ + 1);
    exchange_ = Exchange{step, mqttsn::MsgId{last_msg_id_}, topic, {}};
    exchange_->retry.start(retry, now);
    return exchange_->msg_id;
}

Downlink::Message Downlink::take_first() {
    assert(!queue_.empty());
    exchange_.reset();
    Message first = std::move(queue_.front());
    queue_.erase(queue_.begin());
    if (queue_.empty()) std::vector<Message>().swap(queue_);
    return first;
}

mqttsn::Retry::Due Downlink::advance(Instant now) {
    if (paused_until_ && now >= *paused_until_) paused_until_.reset();
    return exchange_ ? exchange_->retry.advance(now) : mqttsn::Retry::Due::nothing;
}

}  // namespace trunkline::gateway
