#include "simulator/devices/rtu.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/base/deadlines.hpp"

namespace trunkline::sim {

namespace {

mqtt::ClientSettings client_settings(const SensorPlan& plan) {
    assert(plan.protocol != DeviceProtocol::mqtt_sn);
    assert(plan.qos >= 0);  // -1 is MQTT-SN's
    mqtt::ClientSettings settings;
    const bool is_mqtt_5 = plan.protocol == DeviceProtocol::mqtt5;
    settings.version = is_mqtt_5 ? mqtt::ProtocolVersion::v5 : mqtt::ProtocolVersion::v3_1_1;
    settings.client_id = plan.id;
    settings.clean_start = plan.clean_session;
    settings.session_expiry = plan.session_expiry;
    settings.keep_alive = plan.keep_alive;
    if (plan.will) {
        const ByteView payload = as_byte_view(plan.will->payload);
        settings.will = mqtt::ClientWill{.topic = plan.will->topic,
                                         .payload = {payload.begin(), payload.end()},
                                         .qos = static_cast<mqtt::QoS>(plan.will->qos),
                                         .retain = plan.will->retain,
                                         .delay = std::chrono::duration_cast<std::chrono::seconds>(plan.will->delay)};
    }
    return settings;
}

}  // namespace

Rtu::Rtu(const Scenario& scenario, std::size_t index, Instant start, Pipe* pipe)
    : plan_(scenario.sensors[index]),
      measurements_(scenario, plan_, start, pipe),
      client_(client_settings(plan_)),
      dialler_(plan_.backoff.value_or(BackoffPlan()), device_stream(scenario, plan_, "back-off"),
               start + draw_below(measurements_.next_sample() - start + Duration(1),
                                  device_stream(scenario, plan_, "connect"))) {}

void Rtu::transport_opened(Instant now) {
    client_.transport_opened(now);
    facts_.push_back(SessionAsked{});
    settle(now);
}

void Rtu::received(ByteView bytes, Instant now) {
    client_.received(bytes, now);
    settle(now);
}

void Rtu::transport_closed(Instant now) {
    client_.transport_closed(now);
    settle(now);
    const bool said_goodbye = std::exchange(is_hanging_up_, false);
    if (std::exchange(is_connected_, false)) {
        if (said_goodbye) facts_.push_back(SensorLeft{});
        else facts_.push_back(SensorLost{});
    }
    must_subscribe_ = false;
    if (!is_leaving_) dialler_.ended(now);
}

void Rtu::advance(Instant now) {
    dialler_.advance(now);
    client_.advance(now);
    settle(now);
    offer_due(now);
}

void Rtu::leave(Instant now) {
    is_leaving_ = true;
    dialler_.stop();
    if (client_.is_connected()) client_.disconnect(mqtt::ReasonCode::success, now);
    settle(now);
}

void Rtu::hang_up(Instant now) {
    if (!client_.is_connected()) return;
    is_hanging_up_ = true;
    client_.disconnect(mqtt::ReasonCode::success, now);
    settle(now);
}

std::optional<Instant> Rtu::next_deadline() const {
    return earlier(earlier(dialler_.next_deadline(), client_.next_deadline()), measurements_.next_deadline());
}

void Rtu::offer_due(Instant now) {
    while (const std::optional<ReadingOffered> offered = measurements_.sample(now)) {
        facts_.push_back(*offered);
        settle(now);
        if (const auto dropped = measurements_.drop_excess(is_connected())) facts_.push_back(*dropped);
    }
}

void Rtu::publish_waiting(Instant now) {
    while (measurements_.are_waiting() && is_connected() && in_flight_.size() < plan_.in_flight) {
        const Measurement measurement = measurements_.take_oldest();
        if (publish(measurement, now)) continue;
        measurements_.put_back(measurement);
        return;
    }
}

bool Rtu::publish(const Measurement& measurement, Instant now) {
    const EncodedReading payload = measurements_.encoded(measurement);
    const auto qos = static_cast<mqtt::QoS>(plan_.qos);
    const std::optional<mqtt::PacketId> packet_id =
        client_.publish(plan_.topic, as_byte_view(payload.text()), qos, plan_.retain, now);
    if (qos != mqtt::QoS::at_most_once) {
        if (!packet_id) return false;  // the server's Receive Maximum: once it has acknowledged one
        facts_.push_back(ReadingSent{measurement.sequence});
        in_flight_.push_back({*packet_id, measurement.sequence, 1});
        return true;
    }
    facts_.push_back(ReadingSent{measurement.sequence});
    // Nothing: the server has said in CONNACK that it does not take such a message.
    if (packet_id) facts_.push_back(ReadingLeft{measurement.sequence});
    else facts_.push_back(ReadingRejected{measurement.sequence, 0});
    return true;
}

void Rtu::subscribe_if_needed(Instant now) {
    if (!std::exchange(must_subscribe_, false) || !is_connected()) return;
    client_.subscribe(plan_.commands->topic, static_cast<mqtt::QoS>(plan_.commands->qos), now);
}

void Rtu::settle(Instant now) {
    do {
        for (const mqtt::ClientEvent& event : client_.events()) {
            std::visit([&](const auto& e) { heed(e); }, event);
        }
        client_.events_taken();
        subscribe_if_needed(now);
        publish_waiting(now);
    } while (!client_.events().empty());
}

void Rtu::heed(const mqtt::ClientConnected& connected) {
    is_connected_ = true;
    facts_.push_back(SessionAnswered{connected.session_present});
    facts_.push_back(SensorConnected{});
    for (InFlight& each : in_flight_) ++each.transmissions;
    if (!connected.session_present) is_subscribed_ = false;
    must_subscribe_ = plan_.commands && !is_subscribed_;
    if (plan_.qos == 0) dialler_.succeeded();  // nothing will be heard of what it publishes
}

void Rtu::heed(const mqtt::ClientPublished& published) {
    const auto it = [&published](const InFlight& each) { return each.packet_id == published.packet_id; };
    const auto found = std::find_if(in_flight_.begin(), in_flight_.end(), it);
    assert(found != in_flight_.end());
    const InFlight ended = *found;
    in_flight_.erase(found);
    if (mqtt::is_failure(published.reason)) {
        facts_.push_back(ReadingRejected{ended.sequence, ended.transmissions});
        return;
    }
    dialler_.succeeded();
    facts_.push_back(ReadingAcknowledged{ended.sequence, ended.transmissions});
}

void Rtu::heed(const mqtt::ClientSubscribed& subscribed) {
    const auto is_granted = [](mqtt::ReasonCode reason) { return !mqtt::is_failure(reason); };
    is_subscribed_ = std::all_of(subscribed.reasons.begin(), subscribed.reasons.end(), is_granted);
    if (is_subscribed_) facts_.push_back(CommandsSubscribed{});
    else facts_.push_back(CommandsRefused{});
}

void Rtu::heed(const mqtt::ClientMessage& message) {
    const std::string_view payload = as_text(message.payload);
    measurements_.command(payload);
    facts_.push_back(CommandReceived{.payload = std::string(payload),
                                     .qos = static_cast<std::uint8_t>(message.qos),
                                     .retain = message.retain,
                                     .dup = message.dup});
}

}  // namespace trunkline::sim
