// What happens on the sensor's connection to the broker, and what becomes of it.

#include "gateway/core/client.hpp"
#include "gateway/core/return_codes.hpp"

namespace trunkline::gateway {

void Client::upstream_opened(Shard& shard, Instant now) {
    upstream_->opened(shard, now);
    react(shard, now);
}

void Client::upstream_received(ByteView bytes, Shard& shard, Instant now) {
    upstream_->received(bytes, shard, now);
    react(shard, now);
}

void Client::upstream_closed(Shard& shard, Instant now) {
    upstream_->closed(shard, now);
    react(shard, now);
}

void Client::react(Shard& shard, Instant now) {
    do {  // what follows may be refused without asking the broker, which is an event again
        heed_events(shard, now);
        complete_released(shard, now);
        forward_backlog(shard, now);
        forward_exactly_once(shard, now);
        if (auto* lost = std::get_if<Lost>(&state_)) publish_will(*lost, shard, now);
    } while (!upstream_->events().empty());
    if (std::holds_alternative<Active>(state_) || std::holds_alternative<Awake>(state_))
        deliver(*connection(), shard, now);
    sleep_on(shard, now);
    if (auto* active = std::get_if<Active>(&state_);
        active != nullptr && downlink_.has_left_some() && !downlink_.is_busy())
        has_all(*active, shard, now);
}

void Client::heed_events(Shard& shard, Instant now) {
    if (upstream_->events().empty() && !upstream_->is_down()) return;
    std::optional<UpstreamEnd> ended;
    bool session_is_new = false;
    bool session_is_kept = false;
    for (const mqtt::ClientEvent& event : upstream_->events()) {
        const auto* connected = std::get_if<mqtt::ClientConnected>(&event);
        if (connected != nullptr && connected->session_present && upstream_->is_probing())
            return upstream_->start_clean(shard, now);
        const auto its_end = std::visit([&](const auto& happened) { return handle(happened, shard, now); }, event);
        if (!ended) ended = its_end;
        if (connected != nullptr) (connected->session_present ? session_is_kept : session_is_new) = true;
    }
    upstream_->events_taken();
    if (session_is_new && upstream_->is_connected() && !is_shared()) {
        subscriptions_.all_ended();
        subscribe_again(shard, now);
    }
    if (session_is_kept && upstream_->is_connected()) {
        unsubscribe_again(shard, now);
        // A session from before this sensor moved to the other broker knows nothing of what it did there.
        if (upstream_->has_moved()) subscribe_again(shard, now);
    }
    if (ended) upstream_ended(*ended, shard, now);
    if (upstream_->is_down()) upstream_down(shard, now);
}

auto Client::handle(const mqtt::ClientConnected& event, Shard& shard, Instant now) -> std::optional<UpstreamEnd> {
    if (is_shared()) {  // its queue and its subscriptions are the gateway's, whatever the broker has forgotten
        if (!event.session_present) exactly_once_anew(shard);
    } else if (event.session_present) {
        downlink_.session_resumed();
    } else {
        for (const mqtt::PacketId ended : downlink_.session_lost()) drop_exchange(ended, shard);
        exactly_once_anew(shard);
    }
    if (auto* connecting = std::get_if<Connecting>(&state_)) {
        const Connecting wanted = std::move(*connecting);
        accept(wanted.request, wanted.will, shard, now);
    }
    return std::nullopt;
}

auto Client::handle(const mqtt::ClientRefused& event, Shard&, Instant) -> std::optional<UpstreamEnd> {
    return UpstreamEnd{connack_return_code(event.reason), event.reason, SensorGone::Cause::upstream_refused};
}

auto Client::handle(const mqtt::ClientDisconnected& event, Shard& shard, Instant) -> std::optional<UpstreamEnd> {
    downlink_.upstream_lost();
    subscriptions_.upstream_lost();
    // Also of the connection that a sensor had before, and has again once it has told its will.
    const bool is_prompting = std::holds_alternative<PromptingWill>(state_);
    // An attempt that comes to nothing is no loss: behind a proxy whose broker is away each of them ends like this.
    if ((connection() == nullptr && !is_prompting) || is_shared() || !upstream_->was_accepted()) return std::nullopt;
    ++shard.counters.upstream_losses;
    shard.tell(UpstreamLost{client_id_, event.clause, event.reason});
    if (is_prompting || event.reason != mqtt::ReasonCode::session_taken_over) return std::nullopt;
    // The client is at another gateway by now. Connecting again would only throw it out there. [MQTT-3.1.4-3]
    return UpstreamEnd{mqttsn::ReturnCode::not_supported, event.reason, SensorGone::Cause::upstream_taken_over};
}

void Client::upstream_ended(const UpstreamEnd& ended, Shard& shard, Instant now) {
    if (const auto* connecting = std::get_if<Connecting>(&state_))
        return refuse(Address(connecting->request.from), ended.return_code, ended.reason, shard, now);
    if (ended.return_code != mqttsn::ReturnCode::not_supported) return;
    if (std::holds_alternative<Lost>(state_)) {
        // No way to publish anything is left: the broker does not let the sensor in.
        give_up_backlog(shard);
        give_up_upstream(shard, now);
        state_ = Disconnected{now};
        return record(shard, now);
    }
    if (connection() == nullptr) return;
    // The sensor connects again and gets the refusal as its CONNACK (MQTT-SN 1.2 §6.12).
    gate_.send(shard, connection()->request.from, mqttsn::Disconnect{});
    end(ended.cause, shard, now);
}

void Client::upstream_down(Shard& shard, Instant now) {
    if (const auto* connecting = std::get_if<Connecting>(&state_))
        refuse(Address(connecting->request.from), mqttsn::ReturnCode::congestion, mqtt::ReasonCode::server_unavailable,
               shard, now);
    else if (connection() != nullptr || std::holds_alternative<Lost>(state_) || owes_broker())
        upstream_->open_later(shard, now);
    // What the broker holds comes when it is back: the sensor need not stay awake for it.
    if (Connection* present = connection()) present->rest = Rest::none;
}

}  // namespace trunkline::gateway
