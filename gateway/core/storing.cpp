// What the store keeps of a client, and what a restart makes of it.

#include <algorithm>

#include "gateway/core/client.hpp"

namespace trunkline::gateway {

void Client::record(Shard& shard, Instant now) {
    if (!shard.durability.is_on()) return;
    const auto* lost = std::get_if<Lost>(&state_);
    const bool is_over = std::holds_alternative<Disconnected>(state_) || (lost != nullptr && !lost->has_will);
    if (is_over && !keeps_session_) return drop_record(shard);
    if (number_ == SensorNumber{}) number_ = shard.durability.next_number();
    gate_.wait_for(shard.durability.put_sensor(record_of(shard, now), record_place_));
}

void Client::drop_record(Shard& shard) {
    if (number_ == SensorNumber{}) return;
    gate_.wait_for(shard.durability.put(DropSensor{number_}));
    number_ = {};
    record_place_ = {};
}

SensorRecord Client::record_of(const Shard& shard, Instant now) const {
    const WallClock& clock = shard.durability.clock();
    SensorRecord record;
    record.number = number_;
    record.client_id = client_id_;
    record.clean_session = clean_session_;
    record.is_shared = is_shared();
    record.first_topic_id = topics_.first();
    record.will = will_;
    record.since = clock.wall(now);
    if (const Connection* present = connection()) {
        record.state = StoredState::active;
        Origin origin = shard.origin(present->request.from);
        record.address = origin.address;
        record.wireless_node_id = std::move(origin.wireless_node_id);
        record.keep_alive = present->request.keep_alive;
    }
    if (const auto* asleep = std::get_if<Asleep>(&state_)) {
        record.state = StoredState::asleep;
        record.sleep_duration = asleep->duration;
    } else if (const auto* awake = std::get_if<Awake>(&state_)) {
        record.state = StoredState::asleep;
        record.sleep_duration = awake->duration;
    } else if (const auto* lost = std::get_if<Lost>(&state_)) {
        record.state = lost->has_will ? StoredState::lost : StoredState::disconnected;
        record.since = clock.wall(lost->since);
    } else if (const auto* disconnected = std::get_if<Disconnected>(&state_)) {
        record.state = StoredState::disconnected;
        record.since = clock.wall(disconnected->since);
    }
    return record;
}

std::optional<mqttsn::TopicId> Client::assign_topic(std::string_view name, Shard& shard) {
    const std::size_t before = topics_.size();
    const auto id = topics_.assign(name, shard.settings.maximum_topics_per_sensor);
    // Durable before the sensor hears of it: after a restart the same id would name something else.
    if (topics_.size() != before && is_stored(shard))
        gate_.wait_for(
            shard.durability.put(PutTopic{{number_, static_cast<std::uint16_t>(before), std::string(name)}}));
    return id;
}

void Client::put_subscription(const Subscriptions::Subscription& subscription, Shard& shard) {
    if (!subscriptions_.put(subscription) || number_ == SensorNumber{}) return;
    gate_.wait_for(shard.durability.put(PutSubscription{{number_, subscription.filter, subscription.qos}}));
}

void Client::drop_subscription(std::string_view filter, Shard& shard) {
    if (!subscriptions_.remove(filter) || number_ == SensorNumber{}) return;
    gate_.wait_for(shard.durability.put(DropSubscription{number_, std::string(filter)}));
}

void Client::restore(const SensorRecord& record, Shard& shard, Instant now) {
    number_ = record.number;
    clean_session_ = record.clean_session;
    keeps_session_ = !clean_session_;
    session_expiry_ = shard.settings.upstream_session_expiry;
    topics_ = TopicRegistry(record.first_topic_id);
    restart_msg_ids(shard, now);
    will_ = record.will;
    make_upstream(false, record.is_shared ? Mode::aggregating : Mode::transparent, shard, now);
    upstream_->change_will(will_);
    const Instant since = std::min(now, shard.durability.clock().instant(record.since));
    // The sensor is heard before it is missed: its time runs from here, or the restart would publish wills. No CONNACK
    // is said again: whoever repeats CONNECT did not get one, and begins anew.
    const std::chrono::seconds silence =
        record.state == StoredState::asleep ? record.sleep_duration : record.keep_alive;
    const Address from = record.wireless_node_id.empty()
                             ? record.address
                             : shard.nodes.address_of(record.address, record.wireless_node_id);
    Connection restored{{from, record.clean_session, record.will.has_value(), record.keep_alive},
                        now - shard.settings.retry.patience(),
                        Supervision(silence, now),
                        {}};
    switch (record.state) {
        case StoredState::active:
            state_ = Active{std::move(restored)};
            break;
        case StoredState::asleep:
            state_ = Asleep{std::move(restored), record.sleep_duration};
            break;
        case StoredState::lost:
            state_.emplace<Lost>(Lost{since, std::nullopt, false, true});
            break;
        case StoredState::disconnected:
            state_ = Disconnected{since};
            return;
    }
    upstream_->open_later(shard, now);
}

void Client::restore(const TopicRecord& record, Shard&) { topics_.assign(record.name, TopicRegistry::usable_ids); }

void Client::restore(const SubscriptionRecord& record, Shard& shard) {
    subscriptions_.put({record.filter, record.qos});
    upstream_->restore_subscription(record.filter, record.qos, shard);
}

void Client::stored(Shard& shard, Instant now) {
    gate_.stored(shard);
    if (upstream_ && !gate_.is_waiting()) react(shard, now);
}

}  // namespace trunkline::gateway
