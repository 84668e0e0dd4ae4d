#include "broker/core/open_batch.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::broker {

namespace {

/// Operations. Beyond this, growing costs little, and room for a burst that is over would be wasted.
constexpr std::size_t most_reserved = 1024;

Ticket next(Ticket ticket) { return Ticket{static_cast<std::uint64_t>(ticket) + 1}; }

/// Roughly what an operation holds in memory while it waits.
std::size_t weight(const StoreOperation& operation) {
    if (const auto* put = std::get_if<PutEntry>(&operation))
        return sizeof(StoreOperation) + put->record.message->footprint();
    if (const auto* put = std::get_if<PutRetained>(&operation))
        return sizeof(StoreOperation) + put->record.message->footprint();
    return sizeof(StoreOperation);
}

}  // namespace

void OpenBatch::add(StoreOperation operation) {
    bytes_ += weight(operation);
    // Under load one batch is like the last: room for as many spares growing to it step by step.
    if (operations_.capacity() == 0) operations_.reserve(std::min(last_size_, most_reserved));
    operations_.push_back(std::move(operation));
    ++live_;
    ++added_;
}

ArrivalNumber OpenBatch::add_entry(EntryRecord record) {
    const ArrivalNumber arrival{++last_arrival_};
    record.arrival = arrival;
    open_entries_.emplace_back(arrival, static_cast<std::uint32_t>(operations_.size()));
    add(PutEntry{std::move(record)});
    return arrival;
}

void OpenBatch::drop_entry(ArrivalNumber arrival) {
    const auto found = std::lower_bound(open_entries_.begin(), open_entries_.end(), arrival,
                                        [](const auto& open, ArrivalNumber wanted) { return open.first < wanted; });
    if (found == open_entries_.end() || found->first != arrival) return add(DropEntry{arrival});
    StoreOperation& put = operations_[found->second];
    assert(std::holds_alternative<PutEntry>(put));
    bytes_ -= weight(put) - sizeof(StoreOperation);
    put = Struck{};
    --live_;
    ++struck_;
}

void OpenBatch::entry_restored(ArrivalNumber arrival) {
    last_arrival_ = std::max(last_arrival_, static_cast<std::uint64_t>(arrival));
    taken_arrival_ = durable_arrival_ = last_arrival_;
}

Ticket OpenBatch::ticket_of(ArrivalNumber arrival) const {
    const auto number = static_cast<std::uint64_t>(arrival);
    if (number <= durable_arrival_) return no_ticket;
    return number <= taken_arrival_ ? taken_ : open_;
}

std::optional<StoreBatch> OpenBatch::take_batch() {
    if (operations_.empty() || taken_ > durable_) return std::nullopt;
    const Ticket ticket = open_;
    open_ = next(open_);
    taken_ = ticket;
    taken_arrival_ = last_arrival_;
    open_entries_.clear();
    bytes_ = 0;
    if (std::exchange(live_, 0) == 0) {
        operations_.clear();
        durable_ = ticket;
        durable_arrival_ = taken_arrival_;
        return std::nullopt;
    }
    last_size_ = operations_.size();
    return StoreBatch{ticket, std::exchange(operations_, {})};
}

void OpenBatch::stored(Ticket ticket) {
    assert(ticket <= taken_);
    durable_ = std::max(durable_, ticket);
    if (durable_ == taken_) durable_arrival_ = taken_arrival_;
    failing_ = false;
}

}  // namespace trunkline::broker
