#include "simulator/devices/sensor.hpp"

#include <algorithm>
#include <cassert>

#include "protocol/base/deadlines.hpp"
#include "simulator/devices/reading.hpp"

namespace trunkline::sim {

namespace {

mqttsn::ClientSettings client_settings(const SensorPlan& plan) {
    mqttsn::ClientSettings settings;
    settings.client_id = plan.id;
    settings.clean_session = plan.clean_session;
    settings.keep_alive = plan.keep_alive;
    settings.retry = {plan.retry.interval, plan.retry.limit};
    settings.reconnect_pause = plan.reconnect_pause;
    return settings;
}

Random stream(const Scenario& scenario, const SensorPlan& plan, std::string_view purpose) {
    return Random(scenario.seed, "sensor:" + plan.id, purpose);
}

/// From zero to before `bound`.
Duration draw_below(Duration bound, Random random) {
    return Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(bound.count()))));
}

}  // namespace

Sensor::Sensor(const Scenario& scenario, std::size_t index, Instant start)
    : plan_(scenario.sensors[index]),
      signal_plan_(scenario.signals[plan_.signal]),
      signal_(signal_plan_, plan_.sample, stream(scenario, plan_, "signal")),
      client_(client_settings(plan_)),
      start_(start),
      sampling_ends_(start + scenario.sampling_ends()),
      next_sample_(start + draw_below(plan_.sample, stream(scenario, plan_, "first reading"))) {
    assert(plan_.qos == 1);
    // Before the first reading, and not all sensors at once.
    const Duration until_first = next_sample_ - start_ + Duration(1);
    connect_at_ = start_ + draw_below(until_first, stream(scenario, plan_, "connect"));
}

void Sensor::received(ByteView datagram, Instant now) {
    client_.received(datagram, now);
    heed_client(now);
}

void Sensor::advance(Instant now) {
    if (connect_at_ && *connect_at_ <= now) {
        connect_at_.reset();
        client_.connect(now);
    }
    client_.advance(now);
    heed_client(now);
    offer_due(now);
}

std::optional<Instant> Sensor::next_deadline() const {
    std::optional<Instant> first = earlier(connect_at_, client_.next_deadline());
    if (next_sample_ < sampling_ends_) first = earlier(first, next_sample_);
    return first;
}

void Sensor::offer_due(Instant now) {
    for (; next_sample_ <= now && next_sample_ < sampling_ends_; next_sample_ += plan_.sample) {
        const auto since_start = std::chrono::duration_cast<std::chrono::milliseconds>(next_sample_ - start_);
        const Waiting reading{++last_sequence_, since_start.count(), signal_.sample()};
        facts_.push_back(ReadingOffered{reading.sequence, next_sample_});
        keep(reading, false);
        publish_next(now);
    }
}

std::size_t Sensor::capacity() const { return std::max<std::size_t>(1, plan_.store_messages); }

void Sensor::keep(const Waiting& reading, bool is_oldest) {
    waiting_.insert(is_oldest ? waiting_.begin() : waiting_.end(), reading);
    // While the exchange of another reading runs, the newest waits besides it; publish_next() comes right after.
    const bool goes_at_once = client_.can_publish();
    if (waiting_.size() <= capacity() || goes_at_once) return;
    const DropReason reason = client_.is_active() ? DropReason::replaced_by_newer : DropReason::not_connected;
    facts_.push_back(ReadingDropped{waiting_.front().sequence, reason});
    waiting_.erase(waiting_.begin());
}

void Sensor::publish_next(Instant now) {
    if (waiting_.empty() || !client_.can_publish()) return;
    assert(!sending_);
    sending_ = waiting_.front();
    waiting_.erase(waiting_.begin());
    const EncodedReading payload(
        {sending_->sequence, sending_->milliseconds, sending_->thousandths, signal_plan_.unit});
    publishes_before_ = client_.publishes_sent();
    client_.publish(plan_.topic, as_byte_view(payload.text()), false, now);
    facts_.push_back(ReadingSent{sending_->sequence});
}

void Sensor::heed_client(Instant now) {
    for (const mqttsn::ClientEvent& event : client_.events()) {
        std::visit([&](const auto& e) { heed(e); }, event);
    }
    client_.events_taken();
    publish_next(now);
}

void Sensor::heed(const mqttsn::ClientConnected&) { facts_.push_back(SensorConnected{}); }
void Sensor::heed(const mqttsn::ClientLost&) { facts_.push_back(SensorLost{}); }

void Sensor::heed(const mqttsn::ClientPublished& published) {
    using Outcome = mqttsn::ClientPublished::Outcome;
    assert(sending_);
    const Waiting reading = *sending_;
    sending_.reset();
    const auto transmissions = static_cast<unsigned>(client_.publishes_sent() - publishes_before_);
    switch (published.outcome) {
        case Outcome::acknowledged:
            facts_.push_back(ReadingAcknowledged{reading.sequence, transmissions});
            return;
        case Outcome::gave_up:
            facts_.push_back(ReadingGivenUp{reading.sequence, transmissions});
            return;
        case Outcome::rejected:
            facts_.push_back(ReadingRejected{reading.sequence, transmissions});
            return;
        case Outcome::connection_lost:
            facts_.push_back(ReadingInterrupted{reading.sequence, transmissions});
            keep(reading, true);
            return;
        case Outcome::sent:
            assert(false);  // of QoS 0 alone
            return;
    }
}

}  // namespace trunkline::sim
