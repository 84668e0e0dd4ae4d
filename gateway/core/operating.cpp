// What an operator sees of a sensor, and what he may do to it.

#include <type_traits>

#include "gateway/core/client.hpp"

namespace trunkline::gateway {

SensorState Client::state() const {
    return std::visit(
        []<typename State>(const State&) {
            if constexpr (std::is_same_v<State, Disconnected>) return SensorState::disconnected;
            else if constexpr (std::is_same_v<State, Active>) return SensorState::active;
            else if constexpr (std::is_same_v<State, Asleep>) return SensorState::asleep;
            else if constexpr (std::is_same_v<State, Awake>) return SensorState::awake;
            else if constexpr (std::is_same_v<State, Lost>) return SensorState::lost;
            else return SensorState::connecting;
        },
        state_);
}

std::chrono::seconds Client::silence_allowed() const {
    if (const auto* asleep = std::get_if<Asleep>(&state_)) return asleep->duration;
    if (const auto* awake = std::get_if<Awake>(&state_)) return awake->duration;
    return connection() == nullptr ? std::chrono::seconds::zero() : connection()->request.keep_alive;
}

SensorShare Client::share() const {
    return {state(), is_upstream_connected(), static_cast<std::uint32_t>(downlink_.size()),
            static_cast<std::uint32_t>(downlink_.octets())};
}

void Client::expel(SensorGone::Cause cause, Shard& shard, Instant now) {
    const std::optional<Address> from = address();
    if (!from && connection() == nullptr) return;
    if (from) gate_.send(shard, *from, mqttsn::Disconnect{});
    if (has_will_due()) lose(cause, shard, now);
    else end(cause, shard, now);
}

void Client::displace(Shard& shard, Instant now) {
    if (connection() != nullptr) shard.tell(SensorGone{client_id_, SensorGone::Cause::displaced});
    keeps_session_ = false;
    give_up_upstream(shard, now);
    state_ = Disconnected{now};
    record(shard, now);
}

bool Client::discard(Shard& shard, Instant now) {
    const std::optional<Address> from = address();
    const bool is_out_of_reach = keeps_session_ && !is_shared() && !upstream_->is_connected();
    if (connection() != nullptr) shard.tell(SensorGone{client_id_, SensorGone::Cause::operator_request});
    will_.reset();
    keeps_session_ = false;
    clean_session_ = true;  // the broker is to forget its part, too
    give_up_backlog(shard);
    give_up_upstream(shard, now);
    subscriptions_ = {};
    if (is_out_of_reach) {
        state_.emplace<Lost>(Lost{.since = now, .under_way = std::nullopt, .is_discarded = true});
        make_upstream(true, Mode::transparent, shard, now);
        upstream_->open(shard, now);
    } else {
        state_ = Disconnected{now};
    }
    record(shard, now);
    if (from) gate_.send(shard, *from, mqttsn::Disconnect{});  // once it is durable that nothing is kept
    return !is_out_of_reach;
}

void Client::topics_redefined(Shard& shard, Instant now) {
    if (!downlink_.runs_with(mqttsn::TopicIdType::predefined)) return;
    downlink_.step_back();  // it begins again, with what names the topic now
    if (upstream_) react(shard, now);
}

}  // namespace trunkline::gateway
