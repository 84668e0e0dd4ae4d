#include "gateway/core/client.hpp"

#include <type_traits>

#include "gateway/core/return_codes.hpp"

namespace trunkline::gateway {

std::optional<Address> Client::address() const {
    if (const auto* connecting = std::get_if<Connecting>(&state_)) return connecting->request.from;
    if (const auto* active = std::get_if<Active>(&state_)) return active->request.from;
    return std::nullopt;
}

void Client::received(const mqttsn::Message& message, Shard& shard, Instant now) {
    auto* active = std::get_if<Active>(&state_);
    if (active == nullptr) {
        // Until CONNACK a client has nothing to say but that it changed its mind.
        if (!std::holds_alternative<mqttsn::Disconnect>(message)) {
            ++shard.counters.unexpected;
            return;
        }
        shard.send(*address(), mqttsn::Disconnect{});
        end(SensorGone::Cause::disconnected, shard, now);
        return;
    }
    active->supervision.message_received(now);
    std::visit([&](const auto& packet) { handle(packet, *active, shard, now); }, message);
    react(shard, now);
}

void Client::handle(const mqttsn::PingReq&, Active& active, Shard& shard, Instant) {
    shard.send(active.request.from, mqttsn::PingResp{});
}

void Client::handle(const mqttsn::Disconnect& packet, Active& active, Shard& shard, Instant now) {
    // Sleep is not served: the client that wakes with PINGREQ is a stranger then, and told to connect again.
    if (packet.duration_seconds.value_or(0) != 0) ++shard.counters.unsupported;
    shard.send(active.request.from, mqttsn::Disconnect{});
    end(SensorGone::Cause::disconnected, shard, now);
}

void Client::handle(const mqttsn::Unsubscribe& packet, Active& active, Shard& shard, Instant) {
    // UNSUBACK has no return code to refuse with. The subscription is not made again for a session that is lost.
    subscriptions_.remove(packet.topic_name);
    ++shard.counters.unsupported;
    shard.send(active.request.from, mqttsn::UnsubAck{packet.msg_id});
}

void Client::handle(const mqttsn::WillTopicUpd&, Active& active, Shard& shard, Instant) {
    ++shard.counters.unsupported;
    shard.send(active.request.from, mqttsn::WillTopicResp{mqttsn::ReturnCode::not_supported});
}

void Client::handle(const mqttsn::WillMsgUpd&, Active& active, Shard& shard, Instant) {
    ++shard.counters.unsupported;
    shard.send(active.request.from, mqttsn::WillMsgResp{mqttsn::ReturnCode::not_supported});
}

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
    std::optional<UpstreamEnd> ended;
    bool session_is_new = false;
    for (const mqtt::ClientEvent& event : upstream_->events()) {
        const auto its_end = std::visit([&](const auto& happened) { return handle(happened, shard, now); }, event);
        if (!ended) ended = its_end;
        if (const auto* connected = std::get_if<mqtt::ClientConnected>(&event))
            session_is_new = !connected->session_present;
    }
    upstream_->events_taken();
    if (session_is_new && upstream_->is_connected()) subscribe_again(shard, now);
    if (ended) upstream_ended(*ended, shard, now);
    if (upstream_->is_down()) upstream_down(shard, now);
    if (auto* active = std::get_if<Active>(&state_)) deliver(*active, shard, now);
}

auto Client::handle(const mqtt::ClientConnected& event, Shard& shard, Instant now) -> std::optional<UpstreamEnd> {
    if (event.session_present) downlink_.session_resumed();
    if (const auto* connecting = std::get_if<Connecting>(&state_)) accept(Request(connecting->request), shard, now);
    return std::nullopt;
}

auto Client::handle(const mqtt::ClientRefused& event, Shard&, Instant) -> std::optional<UpstreamEnd> {
    return UpstreamEnd{connack_return_code(event.reason), event.reason, SensorGone::Cause::upstream_refused};
}

auto Client::handle(const mqtt::ClientDisconnected& event, Shard& shard, Instant) -> std::optional<UpstreamEnd> {
    downlink_.upstream_lost();
    subscriptions_.upstream_lost();
    if (!std::holds_alternative<Active>(state_)) return std::nullopt;
    ++shard.counters.upstream_losses;
    shard.tell(UpstreamLost{client_id_, event.clause});
    if (event.reason != mqtt::ReasonCode::session_taken_over) return std::nullopt;
    // The client is at another gateway by now. Connecting again would only throw it out there. [MQTT-3.1.4-3]
    return UpstreamEnd{mqttsn::ReturnCode::not_supported, event.reason, SensorGone::Cause::upstream_taken_over};
}

void Client::upstream_ended(const UpstreamEnd& ended, Shard& shard, Instant now) {
    if (const auto* connecting = std::get_if<Connecting>(&state_))
        return refuse(Connecting(*connecting), ended.return_code, ended.reason, shard, now);
    const auto* active = std::get_if<Active>(&state_);
    if (active == nullptr || ended.return_code != mqttsn::ReturnCode::not_supported) return;
    // The sensor connects again and gets the refusal as its CONNACK (MQTT-SN 1.2 §6.12).
    shard.send(active->request.from, mqttsn::Disconnect{});
    end(ended.cause, shard, now);
}

void Client::upstream_down(Shard& shard, Instant now) {
    if (const auto* connecting = std::get_if<Connecting>(&state_))
        refuse(Connecting(*connecting), mqttsn::ReturnCode::congestion, mqtt::ReasonCode::server_unavailable, shard,
               now);
    else if (std::holds_alternative<Active>(state_)) upstream_->open_later(shard.settings, now);
}

void Client::advance(Shard& shard, Instant now) {
    if (const auto* disconnected = std::get_if<Disconnected>(&state_)) {
        if (now >= disconnected->since + session_expiry_) keeps_session_ = false;
        return;
    }
    if (const auto* connecting = std::get_if<Connecting>(&state_); connecting && now >= connecting->give_up_at)
        return refuse(Connecting(*connecting), mqttsn::ReturnCode::congestion, mqtt::ReasonCode::server_unavailable,
                      shard, now);
    if (auto* active = std::get_if<Active>(&state_)) {
        if (active->supervision.expired(now)) return end(SensorGone::Cause::keep_alive_timeout, shard, now);
        const mqttsn::Retry::Due due = downlink_.advance(now);
        if (due == mqttsn::Retry::Due::give_up) return end(SensorGone::Cause::no_answer, shard, now);
        if (due == mqttsn::Retry::Due::send_again) send_running(*active, shard);
    }
    upstream_->advance(shard, now);
    react(shard, now);
}

std::optional<Instant> Client::next_deadline() const {
    if (const auto* disconnected = std::get_if<Disconnected>(&state_)) {
        if (!keeps_session_) return std::nullopt;
        return disconnected->since + session_expiry_;
    }
    const std::optional<Instant> upstream = upstream_->next_deadline();
    if (const auto* connecting = std::get_if<Connecting>(&state_)) return earlier(connecting->give_up_at, upstream);
    const std::optional<Instant> silence = std::get<Active>(state_).supervision.deadline();
    return earlier(earlier(silence, downlink_.next_deadline()), upstream);
}

}  // namespace trunkline::gateway
