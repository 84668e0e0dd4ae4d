#include "simulator/devices/observer.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

namespace {

mqtt::ClientSettings client_settings(const ActorPlan& plan) {
    mqtt::ClientSettings settings;
    settings.version = plan.is_mqtt_5 ? mqtt::ProtocolVersion::v5 : mqtt::ProtocolVersion::v3_1_1;
    settings.client_id = plan.id;
    settings.clean_start = plan.clean_session;
    settings.session_expiry = plan.session_expiry;
    settings.keep_alive = plan.keep_alive;
    return settings;
}

}  // namespace

Observer::Observer(const Scenario& scenario, std::size_t index, Instant start)
    : plan_(scenario.actors[index]),
      client_(client_settings(plan_)),
      random_(scenario.seed, "actor:" + plan_.id, "back-off"),
      open_at_(start) {}

void Observer::transport_opened(Instant now) {
    client_.transport_opened(now);
    heed_client(now);
}

void Observer::received(ByteView bytes, Instant now) {
    client_.received(bytes, now);
    heed_client(now);
}

void Observer::transport_closed(Instant now) {
    client_.transport_closed(now);
    heed_client(now);
    if (std::exchange(is_connected_, false)) facts_.push_back(ObserverLost{});
    answers_awaited_ = 0;
    if (is_leaving_) return;
    const auto bound = static_cast<std::uint64_t>(backoff_.count()) + 1;
    open_at_ = now + Duration(static_cast<Duration::rep>(random_.below(bound)));
    backoff_ = std::min(backoff_ * 2, backoff_last);
}

void Observer::advance(Instant now) {
    if (open_at_ && *open_at_ <= now) {
        open_at_.reset();
        open_requested_ = true;
    }
    client_.advance(now);
    heed_client(now);
}

void Observer::leave(Instant now) {
    is_leaving_ = true;
    open_at_.reset();
    open_requested_ = false;
    if (client_.is_connected()) client_.disconnect(mqtt::ReasonCode::success, now);
    heed_client(now);
}

void Observer::come_back(Instant now) {
    is_leaving_ = false;
    open_at_ = now;
}

bool Observer::take_open_request() { return std::exchange(open_requested_, false); }

std::optional<Instant> Observer::next_deadline() const { return earlier(open_at_, client_.next_deadline()); }

void Observer::heed_client(Instant now) {
    for (const mqtt::ClientEvent& event : client_.events()) {
        std::visit([&](const auto& e) { heed(e); }, event);
    }
    client_.events_taken();
    if (std::exchange(must_subscribe_, false)) subscribe_all(now);
}

void Observer::subscribe_all(Instant now) {
    for (const SubscriptionPlan& subscription : plan_.subscriptions) {
        if (client_.subscribe(subscription.filter, static_cast<mqtt::QoS>(subscription.qos), now)) ++answers_awaited_;
    }
}

void Observer::heed(const mqtt::ClientConnected& connected) {
    is_connected_ = true;
    facts_.push_back(ObserverConnected{connected.session_present});
    if (connected.session_present && is_subscribed_) return subscribed();
    is_subscribed_ = false;
    must_subscribe_ = true;
}

void Observer::heed(const mqtt::ClientSubscribed& answer) {
    bool granted = true;
    for (const mqtt::ReasonCode reason : answer.reasons) {
        if (!mqtt::is_failure(reason)) continue;
        granted = false;
        facts_.push_back(SubscriptionRefused{reason});
    }
    if (answers_awaited_ > 0) --answers_awaited_;
    if (answers_awaited_ == 0 && granted) subscribed();
}

void Observer::subscribed() {
    is_subscribed_ = true;
    backoff_ = backoff_first;
    facts_.push_back(ObserverSubscribed{});
}

void Observer::heed(const mqtt::ClientMessage& message) {
    facts_.push_back(ObserverMessage{message.topic, message.payload, message.dup, message.retain});
}

}  // namespace trunkline::sim
