#include "simulator/devices/observer.hpp"

#include <algorithm>
#include <cassert>
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
      dialler_({backoff_first, backoff_last}, Random(scenario.seed, "actor:" + plan_.id, "back-off"), start),
      publications_(scenario, plan_, start),
      answers_(plan_, start) {}

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
    if (!is_leaving_) dialler_.ended(now);
}

void Observer::advance(Instant now) {
    dialler_.advance(now);
    client_.advance(now);
    heed_client(now);
    publish_due(now);
}

void Observer::leave(Instant now) {
    is_leaving_ = true;
    dialler_.stop();
    if (client_.is_connected()) client_.disconnect(mqtt::ReasonCode::success, now);
    heed_client(now);
}

void Observer::come_back(Instant now) {
    is_leaving_ = false;
    dialler_.start(now);
}

std::optional<Instant> Observer::next_deadline() const {
    return earlier(earlier(dialler_.next_deadline(), client_.next_deadline()), publications_.next_deadline());
}

void Observer::heed_client(Instant now) {
    do {
        client_.take_events(events_);
        for (mqtt::ClientEvent& event : events_) std::visit([&](auto& e) { heed(e, now); }, event);
        if (std::exchange(must_subscribe_, false)) subscribe_all(now);
        publish_waiting(now);
    } while (!client_.events().empty());
}

void Observer::subscribe_all(Instant now) {
    for (const SubscriptionPlan& subscription : plan_.subscriptions) {
        if (client_.subscribe(subscription.text(), static_cast<mqtt::QoS>(subscription.qos), now)) ++answers_awaited_;
    }
}

void Observer::publish_due(Instant now) {
    while (const std::optional<std::size_t> due = publications_.take_due(now)) {
        answers_.command_due(*due);
        waiting_.push_back(*due);
        heed_client(now);
        if (waiting_.size() <= most_waiting) continue;
        facts_.push_back(PublicationDropped{waiting_.front()});
        waiting_.erase(waiting_.begin());
    }
}

void Observer::publish_waiting(Instant now) {
    while (!waiting_.empty() && client_.is_connected()) {
        const std::size_t index = waiting_.front();
        const PublicationPlan& plan = plan_.publications[index];
        const auto qos = static_cast<mqtt::QoS>(plan.qos);
        const auto packet_id = client_.publish(plan.topic, as_byte_view(plan.payload), qos, plan.retain, now);
        // The server's Receive Maximum: once it has acknowledged one.
        if (!packet_id && qos != mqtt::QoS::at_most_once) return;
        waiting_.erase(waiting_.begin());
        if (!packet_id) {  // nor does it take QoS 0 that it has refused in CONNACK
            facts_.push_back(PublicationRejected{index, mqtt::ReasonCode::implementation_specific_error});
            continue;
        }
        facts_.push_back(PublicationSent{index});
        if (qos != mqtt::QoS::at_most_once) in_flight_.push_back({*packet_id, index});
    }
}

void Observer::heed(const mqtt::ClientPublished& published, Instant) {
    const auto it = [&published](const InFlight& each) { return each.packet_id == published.packet_id; };
    const auto found = std::find_if(in_flight_.begin(), in_flight_.end(), it);
    assert(found != in_flight_.end());
    const std::size_t index = found->publication;
    in_flight_.erase(found);
    if (mqtt::is_failure(published.reason)) facts_.push_back(PublicationRejected{index, published.reason});
    else facts_.push_back(PublicationAcknowledged{index});
}

void Observer::heed(const mqtt::ClientConnected& connected, Instant) {
    is_connected_ = true;
    facts_.push_back(ObserverConnected{connected.session_present});
    if (plan_.subscriptions.empty()) return subscribed();
    if (connected.session_present && is_subscribed_) return subscribed();
    is_subscribed_ = false;
    must_subscribe_ = true;
}

void Observer::heed(const mqtt::ClientSubscribed& answer, Instant) {
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
    dialler_.succeeded();
    facts_.push_back(ObserverSubscribed{});
}

void Observer::heed(mqtt::ClientMessage& message, Instant now) {
    // What is retained was said before.
    while (!message.retain && !plan_.answers.empty()) {
        const auto answered = answers_.take_answered(message.topic, as_text(message.payload), now);
        if (!answered) break;
        facts_.push_back(CommandAnswered{*answered, answers_.after(*answered, now)});
    }
    facts_.push_back(
        ObserverMessage{std::move(message.topic), std::move(message.payload), message.dup, message.retain});
}

}  // namespace trunkline::sim
