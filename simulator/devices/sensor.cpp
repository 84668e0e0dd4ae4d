#include "simulator/devices/sensor.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocol/base/deadlines.hpp"
#include "protocol/base/never.hpp"

namespace trunkline::sim {

namespace {

// Twait (MQTT-SN 1.2 §7.2): after "rejected: congestion".
constexpr std::chrono::minutes congestion_pause{5};

mqttsn::QoS on_the_wire(int qos) {
    switch (qos) {
        case 0:
            return mqttsn::QoS::at_most_once;
        case 1:
            return mqttsn::QoS::at_least_once;
        default:
            assert(qos == 2);
            return mqttsn::QoS::exactly_once;
    }
}

mqttsn::ClientSettings sn_client_settings(const SensorPlan& plan) {
    assert(plan.protocol == DeviceProtocol::mqtt_sn);
    mqttsn::ClientSettings settings;
    settings.client_id = plan.id;
    settings.clean_session = plan.clean_session;
    settings.keep_alive = plan.keep_alive;
    settings.retry = {plan.retry.interval, plan.retry.limit};
    settings.congestion_pause = congestion_pause;
    settings.reconnect_pause = plan.reconnect_pause;
    // The dialler's word comes instead, before this pause has begun to count.
    if (plan.backoff) settings.reconnect_pause = plan.backoff->last;
    if (plan.will) {
        const ByteView message = as_byte_view(plan.will->payload);
        settings.will = mqttsn::Will{.topic = plan.will->topic,
                                     .message = {message.begin(), message.end()},
                                     .qos = on_the_wire(plan.will->qos),
                                     .retain = plan.will->retain};
    }
    return settings;
}

}  // namespace

Sensor::Sensor(const Scenario& scenario, std::size_t index, Instant start, Pipe* pipe)
    : plan_(scenario.sensors[index]),
      measurements_(scenario, plan_, start, pipe),
      client_(sn_client_settings(plan_)),
      // Before the first reading, and not all sensors at once.
      dialler_(plan_.backoff.value_or(BackoffPlan()), device_stream(scenario, plan_, "back-off"),
               start + draw_below(measurements_.next_sample() - start + Duration(1),
                                  device_stream(scenario, plan_, "connect"))) {
    assert(!is_connectionless() || plan_.topic_kind != TopicKind::registered);
    assert(plan_.topic_kind != TopicKind::short_name || plan_.topic.size() == 2);
    if (is_connectionless()) dialler_.stop();
}

void Sensor::received(ByteView datagram, Instant now) {
    client_.received(datagram, now);
    settle(now);
}

void Sensor::advance(Instant now) {
    dialler_.advance(now);
    if (dialler_.take_request()) client_.connect(now);
    wake_to_send(now);
    client_.advance(now);
    settle(now);
    offer_due(now);
}

// To the client it is the same as a gateway that has let go of it.
void Sensor::lose_connection(Instant now) { received(mqttsn::encode(mqttsn::Disconnect{}), now); }

void Sensor::hang_up(Instant now) {
    if (!client_.is_active() && !is_asleep_) return;
    is_hanging_up_ = true;
    client_.disconnect(now);
    settle(now);
}

void Sensor::connect_at(Instant at, Instant now) {
    if (!client_.is_idle()) return;  // on its way already
    client_.disconnect(now);         // instead of its own pause
    settle(now);
    dialler_.start(at);
}

std::optional<Instant> Sensor::next_deadline() const {
    Instant first = std::min({or_never(dialler_.next_deadline()), or_never(client_.next_deadline()),
                              or_never(measurements_.next_deadline())});
    // While a request runs, its end is looked at.
    if (client_.can_request()) first = std::min(first, or_never(sleep_at_));
    return if_ever(first);
}

mqttsn::Topic Sensor::topic() const {
    switch (plan_.topic_kind) {
        case TopicKind::registered:
            break;
        case TopicKind::predefined:
            return mqttsn::Topic::predefined(mqttsn::TopicId{plan_.predefined_id});
        case TopicKind::short_name:
            return mqttsn::Topic::short_name(plan_.topic);
    }
    return mqttsn::Topic::named(plan_.topic);
}

// Just before the client would wake by itself, to take messages only.
void Sensor::wake_to_send(Instant now) {
    if (!client_.is_asleep() || !wake_at_ || *wake_at_ > now) return;
    wake_at_.reset();
    if (measurements_.are_waiting()) client_.connect(now);
}

void Sensor::offer_due(Instant now) {
    while (const std::optional<ReadingOffered> offered = measurements_.sample(now)) {
        facts_.push_back(*offered);
        settle(now);
        drop_excess();
    }
}

void Sensor::drop_excess() {
    if (const auto dropped = measurements_.drop_excess(client_.is_active() || is_asleep_)) facts_.push_back(*dropped);
}

void Sensor::publish_next(Instant now) {
    if (!measurements_.are_waiting() || (!is_connectionless() && !client_.can_publish())) return;
    assert(!sending_);
    const Measurement measurement = measurements_.take_oldest();
    const EncodedReading payload = measurements_.encoded(measurement);
    facts_.push_back(ReadingSent{measurement.sequence});
    if (is_connectionless()) {
        client_.publish_without_connection(topic(), as_byte_view(payload.text()), plan_.retain, now);
        facts_.push_back(ReadingLeft{measurement.sequence});
        return;
    }
    sending_ = measurement;
    publishes_before_ = client_.publishes_sent();
    client_.publish(topic(), on_the_wire(plan_.qos), as_byte_view(payload.text()), plan_.retain, now);
}

void Sensor::subscribe_if_needed(Instant now) {
    if (!must_subscribe_ || !client_.can_request()) return;
    must_subscribe_ = false;
    client_.subscribe(mqttsn::Topic::named(plan_.commands->topic), on_the_wire(plan_.commands->qos), now);
}

void Sensor::sleep_if_time(Instant now) {
    const bool is_time = sleep_at_ && *sleep_at_ <= now && !measurements_.are_waiting() && client_.can_request();
    if (!is_time) return;
    sleep_at_.reset();
    client_.sleep(std::chrono::duration_cast<std::chrono::seconds>(plan_.sleep->asleep), now);
}

/// What the client tells may let the device ask for something, and that may be told of at once.
void Sensor::settle(Instant now) {
    do {
        for (const mqttsn::ClientEvent& event : client_.events()) {
            std::visit([&](const auto& e) { heed(e, now); }, event);
        }
        client_.events_taken();
        if (const auto lost = std::exchange(lost_, std::nullopt)) reconnect_later(*lost, now);
        subscribe_if_needed(now);
        publish_next(now);
        sleep_if_time(now);
    } while (!client_.events().empty());
}

/// The client waits for its own pause; a device with a habit of its own takes that out of its hands.
void Sensor::reconnect_later(const mqttsn::ClientLost& lost, Instant now) {
    if (!plan_.backoff) return;
    Duration at_least = Duration::zero();
    if (lost.cause == mqttsn::ClientLost::Cause::refused) {
        const bool is_congested = lost.return_code == mqttsn::ReturnCode::congestion;
        at_least = is_congested ? Duration(congestion_pause) : plan_.retry.interval;
    }
    client_.disconnect(now);  // pausing: nothing leaves
    dialler_.ended(now, at_least);
}

void Sensor::heed(const mqttsn::ClientConnected&, Instant now) {
    wake_at_.reset();
    if (plan_.sleep) sleep_at_ = now + plan_.sleep->awake;
    // Out of sleep, gateway and client go on where they were (MQTT-SN 1.2 §6.14), with the subscription.
    if (std::exchange(is_asleep_, false)) return facts_.push_back(SensorWoke{});
    facts_.push_back(SensorConnected{});
    must_subscribe_ = plan_.commands.has_value();
}

void Sensor::heed(const mqttsn::ClientLost& lost, Instant) {
    facts_.push_back(SensorLost{});
    is_asleep_ = false;
    must_subscribe_ = false;
    sleep_at_.reset();
    wake_at_.reset();
    lost_ = lost;
}

void Sensor::heed(const mqttsn::ClientDisconnected&, Instant now) {
    if (!std::exchange(is_hanging_up_, false)) return;  // it only waits in its own way
    facts_.push_back(SensorLeft{});
    is_asleep_ = false;
    must_subscribe_ = false;
    sleep_at_.reset();
    wake_at_.reset();
    if (plan_.backoff) dialler_.ended(now);
    else dialler_.start(now + plan_.reconnect_pause);
}

void Sensor::heed(const mqttsn::ClientAsleep&, Instant now) {
    is_asleep_ = true;
    wake_at_ = now + plan_.sleep->asleep;
    facts_.push_back(SensorSlept{});
}

void Sensor::heed(const mqttsn::ClientSubscribed& subscribed, Instant) {
    if (subscribed.outcome == mqttsn::RequestOutcome::acknowledged) facts_.push_back(CommandsSubscribed{});
    if (subscribed.outcome == mqttsn::RequestOutcome::rejected) facts_.push_back(CommandsRefused{});
    // Else the connection is lost, and the next one asks again.
}

void Sensor::heed(const mqttsn::ClientMessage& message, Instant) {
    const std::string_view payload = as_text(message.data);
    measurements_.command(payload);
    facts_.push_back(CommandReceived{.payload = std::string(payload),
                                     .qos = static_cast<std::uint8_t>(message.qos),
                                     .retain = message.retain,
                                     .dup = message.dup});
}

void Sensor::heed(const mqttsn::ClientPublished& published, Instant) {
    using Outcome = mqttsn::ClientPublished::Outcome;
    assert(sending_);
    const Measurement measurement = *sending_;
    const std::uint64_t sequence = measurement.sequence;
    sending_.reset();
    const auto transmissions = static_cast<unsigned>(client_.publishes_sent() - publishes_before_);
    switch (published.outcome) {
        case Outcome::acknowledged:
            dialler_.succeeded();
            facts_.push_back(ReadingAcknowledged{sequence, transmissions});
            return;
        case Outcome::sent:
            dialler_.succeeded();
            facts_.push_back(ReadingLeft{sequence});
            return;
        case Outcome::gave_up:
            facts_.push_back(ReadingGivenUp{sequence, transmissions});
            return;
        case Outcome::rejected:
            facts_.push_back(ReadingRejected{sequence, transmissions});
            return;
        case Outcome::connection_lost:
            facts_.push_back(ReadingInterrupted{sequence, transmissions});
            measurements_.put_back(measurement);
            drop_excess();
            return;
    }
}

}  // namespace trunkline::sim
