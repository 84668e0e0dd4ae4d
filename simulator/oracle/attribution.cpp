#include "simulator/oracle/attribution.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

// A QoS 0 message that left this long before an outage may still have met it.
constexpr Duration on_the_way = std::chrono::seconds(10);

/// What is known of one pair besides its readings.
class Attribution {
public:
    Attribution(const Books& books, std::size_t sensor, std::size_t slot, Instant end)
        : books_(books), sensor_(sensor), slot_(slot), end_(end) {
        const auto dropped = books.drops.find({sensor, slot});
        if (dropped != books.drops.end()) drops_ = dropped->second;
    }

    LossCause cause_of(const OpenReading& reading) {
        using Stage = OpenReading::Stage;
        switch (reading.stage) {
            case Stage::waiting:
            case Stage::under_way:
                return LossCause::run_ended;
            case Stage::rejected:
                return LossCause::rejected;
            case Stage::dropped:
                if (reading.was_cut_off && reading.drop_cause == LossCause::not_connected)
                    return LossCause::station_down;
                return reading.drop_cause;
            case Stage::gave_up:
                return cause_without_answer(reading);
            case Stage::left:
                return cause_at_qos_0(reading);
            case Stage::acknowledged:
                return cause_at_broker(reading);
        }
        return LossCause::unexplained;
    }

private:
    LossCause cause_without_answer(const OpenReading& reading) const {
        if (reading.was_cut_off) return LossCause::station_down;
        if (const auto met = away(reading.sent_at, reading.ended_at)) return *met;
        if (reading.exceeded_mtu) return LossCause::over_mtu;
        return reading.met_full_queue ? LossCause::link_queue_full : LossCause::retries_exhausted;
    }

    LossCause cause_at_qos_0(const OpenReading& reading) {
        if (reading.exceeded_mtu) return LossCause::over_mtu;  // it has no other datagram
        const bool knows_arrivals =
            books_.arrivals_are_told && books_.scenario.sensors[sensor_].protocol == DeviceProtocol::mqtt_sn;
        if (knows_arrivals && reading.arrivals == 0) {
            if (reading.was_cut_off) return LossCause::station_down;
            if (reading.met_full_queue) return LossCause::link_queue_full;
            if (reading.met_new_address) return LossCause::connection_lost;
            return away(reading.sent_at, reading.ended_at + on_the_way).value_or(LossCause::link_lost);
        }
        const LossCause cause = cause_at_broker(reading);
        if (cause != LossCause::unexplained) return cause;
        // After an outage the gateway's connection comes back with a back-off.
        if (const auto met = away(reading.sent_at - upstream_returns, reading.ended_at + on_the_way)) return *met;
        if (reading.was_cut_off) return LossCause::station_down;
        return reading.interrupted ? LossCause::connection_lost : LossCause::unexplained;
    }

    /// A server owes a message to the sessions that exist when it accepts it, and keeps it only as long as they do, and
    /// within its limits.
    LossCause cause_at_broker(const OpenReading& reading) {
        if (reading.is_excused(slot_)) return LossCause::subscriber_absent;
        if (const auto dropped = take_drop(reading.sent_at)) return *dropped;
        if (!books_.had_time(books_.pairs_of(sensor_)[slot_].actor, end_) || reading.ended_at + delivery_grace > end_)
            return LossCause::run_ended;
        return LossCause::unexplained;
    }

    /// Readings come by their age, and none can have been dropped before it was sent.
    std::optional<LossCause> take_drop(Instant sent_at) {
        const auto drop = std::lower_bound(drops_.begin(), drops_.end(), sent_at,
                                           [](const BrokerDrop& each, Instant at) { return each.at < at; });
        if (drop == drops_.end()) return std::nullopt;
        const LossCause cause = drop->cause;
        drops_.erase(drops_.begin(), drop + 1);
        return cause;
    }

    std::optional<LossCause> away(Instant from, Instant to) const {
        const Outage* outage = books_.outages.on_the_way(books_.gateway_of(sensor_), from, to);
        if (outage == nullptr) return std::nullopt;
        switch (outage->of) {
            case Outage::Of::broker:
                return LossCause::broker_away;
            case Outage::Of::gateway:
                return LossCause::gateway_away;
            case Outage::Of::partition:
                return LossCause::partition;
            case Outage::Of::broker_disk:
            case Outage::Of::gateway_disk:
                return LossCause::disk_full;
        }
        return std::nullopt;
    }

    const Books& books_;
    std::size_t sensor_;
    std::size_t slot_;
    Instant end_;
    std::vector<BrokerDrop> drops_;  // by time; those that have their reading are gone
};

}  // namespace

std::vector<Attributed> undelivered(const Books& books, std::size_t sensor, std::size_t slot, Instant end) {
    std::vector<Attributed> all;
    Attribution attribution(books, sensor, slot, end);
    for (const OpenReading& reading : books.sensors[sensor].open) {
        if (!reading.is_delivered_to(slot)) all.push_back({&reading, attribution.cause_of(reading)});
    }
    return all;
}

}  // namespace trunkline::sim
