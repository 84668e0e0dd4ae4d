#include "gateway/core/client.hpp"

#include <algorithm>

#include "gateway/core/ways.hpp"
#include "protocol/base/never.hpp"

namespace trunkline::gateway {

std::optional<Address> Client::address() const {
    if (const auto* prompting = std::get_if<PromptingWill>(&state_)) return prompting->request.from;
    if (const auto* connecting = std::get_if<Connecting>(&state_)) return connecting->request.from;
    if (connection() == nullptr || is_nowhere(connection()->request.from)) return std::nullopt;
    return connection()->request.from;
}

bool Client::is_named() const {
    if (connection() != nullptr) return gateway::is_named(connection()->request.from);
    const std::optional<Address> from = address();
    return from && gateway::is_named(*from);
}

Client::Connection* Client::connection() {
    if (auto* active = std::get_if<Active>(&state_)) return active;
    if (auto* asleep = std::get_if<Asleep>(&state_)) return asleep;
    return std::get_if<Awake>(&state_);
}

void Client::received(const mqttsn::Message& message, Shard& shard, Instant now) {
    heard(now);
    if (Connection* present = connection()) {
        std::visit([&](const auto& packet) { handle(packet, *present, shard, now); }, message);
        return react(shard, now);
    }
    // Until CONNACK a client says nothing but its will, or that it changed its mind.
    if (std::holds_alternative<mqttsn::Disconnect>(message)) {
        const Address from = *address();
        end(SensorGone::Cause::disconnected, shard, now);
        return gate_.send(shard, from, mqttsn::Disconnect{});
    }
    if (auto* prompting = std::get_if<PromptingWill>(&state_)) return received_will(message, *prompting, shard, now);
    ++shard.counters.unexpected;
}

void Client::advance(Shard& shard, Instant now) {
    if (upstream_ && upstream_->is_due_to_move(!downlink_.empty(), shard, now)) move_upstream(shard, now);
    const auto is_late = [&](const auto* state) { return state != nullptr && now >= state->give_up_at; };
    if (const auto* disconnected = std::get_if<Disconnected>(&state_)) {
        if (!keeps_session_ || now < disconnected->since + session_expiry_) return;
        keeps_session_ = false;
        return record(shard, now);
    }
    if (is_late(std::get_if<PromptingWill>(&state_))) {
        if (has_will_due()) return lose(SensorGone::Cause::no_answer, shard, now);
        return end(SensorGone::Cause::no_answer, shard, now);
    }
    if (is_late(std::get_if<Connecting>(&state_)))
        return refuse(*address(), mqttsn::ReturnCode::congestion, mqtt::ReasonCode::server_unavailable, shard, now);
    if (Connection* present = connection()) {
        if (present->supervision.expired(now)) return lose(SensorGone::Cause::keep_alive_timeout, shard, now);
        const mqttsn::Retry::Due due = downlink_.advance(now);
        if (due == mqttsn::Retry::Due::give_up) return lose(SensorGone::Cause::no_answer, shard, now);
        if (due == mqttsn::Retry::Due::send_again) repeat_running(*present, shard);
    }
    if (const auto* lost = std::get_if<Lost>(&state_); lost != nullptr && now >= lost->since + session_expiry_) {
        // The broker was away for so long that nobody waits for this any more.
        give_up_backlog(shard);
        give_up_upstream(shard, now);
        state_ = Disconnected{lost->since};
        keeps_session_ = false;
        return record(shard, now);
    }
    if (!upstream_) return;
    upstream_->advance(shard, now);
    react(shard, now);
}

std::optional<Instant> Client::next_deadline() const {
    if (const auto* disconnected = std::get_if<Disconnected>(&state_)) {
        if (!keeps_session_) return std::nullopt;
        return disconnected->since + session_expiry_;
    }
    const Instant upstream = upstream_ ? or_never(upstream_->next_deadline()) : never;
    if (const Connection* present = connection())
        return if_ever(
            std::min({or_never(present->supervision.deadline()), or_never(downlink_.next_deadline()), upstream}));
    if (const auto* prompting = std::get_if<PromptingWill>(&state_)) return std::min(prompting->give_up_at, upstream);
    if (const auto* connecting = std::get_if<Connecting>(&state_)) return std::min(connecting->give_up_at, upstream);
    const auto& lost = std::get<Lost>(state_);
    return std::min({lost.since + session_expiry_, or_never(lost.again_at), upstream});
}

}  // namespace trunkline::gateway
