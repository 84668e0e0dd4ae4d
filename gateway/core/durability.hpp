#pragma once
// What is to be made durable, and how far that has come.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/core/store_batch.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// Where an operation stands in a batch.
struct BatchPlace {
    Ticket ticket{};
    std::size_t index = 0;
};

/// The open batch and the tickets. Batches form by load: what is put while one is being written goes into the next.
class Durability {
public:
    /// Off: there is no store; nothing is put, and nobody waits.
    explicit Durability(bool is_on) : is_on_(is_on) {}

    /// Pairs the two time lines.
    void start(Instant now, WallTime wall) { clock_ = WallClock(now, wall); }
    bool is_on() const { return is_on_; }
    const WallClock& clock() const { return clock_; }

    /// Into the open batch. The ticket: of that batch. Requires is_on().
    Ticket put(StoreOperation operation) {
        open_.push_back(std::move(operation));
        return open_ticket();
    }
    /// The same for a sensor's record, whose last one stands at `place`. If that is in the open batch still, it is
    /// replaced: a sensor that repeats itself while the disk is away must not fill the memory.
    Ticket put_sensor(SensorRecord record, BatchPlace& place) {
        if (place.ticket == open_ticket()) {
            std::get<PutSensor>(open_[place.index]).record = std::move(record);
            return place.ticket;
        }
        place = {open_ticket(), open_.size()};
        return put(PutSensor{std::move(record)});
    }
    std::size_t open_operations() const { return open_.size(); }
    SensorNumber next_number() { return last_number_ = SensorNumber{static_cast<std::uint64_t>(last_number_) + 1}; }
    UplinkNumber next_uplink() { return last_uplink_ = UplinkNumber{static_cast<std::uint64_t>(last_uplink_) + 1}; }
    QueueNumber next_queued() { return last_queued_ = QueueNumber{static_cast<std::uint64_t>(last_queued_) + 1}; }
    /// This number is taken.
    void restored(SensorNumber number) {
        if (number > last_number_) last_number_ = number;
    }
    void restored(UplinkNumber number) {
        if (number > last_uplink_) last_uplink_ = number;
    }
    void restored(QueueNumber number) {
        if (number > last_queued_) last_queued_ = number;
    }

    /// Nothing when nothing was put.
    std::optional<StoreBatch> take() {
        if (open_.empty()) return std::nullopt;
        last_taken_ = open_ticket();
        return StoreBatch{last_taken_, std::exchange(open_, {})};
    }
    void stored(Ticket ticket) { stored_ = ticket; }
    bool is_stored(Ticket ticket) const { return ticket <= stored_; }

private:
    Ticket open_ticket() const { return Ticket{static_cast<std::uint64_t>(last_taken_) + 1}; }

    bool is_on_;
    WallClock clock_;
    std::vector<StoreOperation> open_;
    Ticket last_taken_{};
    Ticket stored_{};
    SensorNumber last_number_{};
    UplinkNumber last_uplink_{};
    QueueNumber last_queued_{};
};

}  // namespace trunkline::gateway
