#pragma once
// The open batch: what has to be on disk before its cause may be acknowledged.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "broker/core/store_batch.hpp"

namespace trunkline::broker {

/// Collects operations in the order in which they happened, mints tickets, and knows which of them are durable. What is
/// undone before it was written is struck: it never reaches the disk.
class OpenBatch {
public:
    /// `batch_limit_bytes` bounds the open batch: see is_over_limit().
    explicit OpenBatch(std::size_t batch_limit_bytes) : batch_limit_bytes_(batch_limit_bytes) {}

    // what happened
    void add(StoreOperation operation);
    /// Gives the entry its arrival number, which is returned.
    ArrivalNumber add_entry(EntryRecord record);
    /// Strikes the entry from the open batch if it is still there.
    void drop_entry(ArrivalNumber arrival);
    /// Arrival numbers continue behind this one, which the store gave back at a restart.
    void entry_restored(ArrivalNumber arrival);

    // who waits
    /// What must be durable before this entry may be sent at QoS 2.
    Ticket ticket_of(ArrivalNumber arrival) const;
    /// A moment in the sequence of operations; any operation after it makes ticket_since() a real one.
    std::uint64_t mark() const { return added_; }
    /// What an answer must wait for whose cause was processed since `mark`.
    Ticket ticket_since(std::uint64_t mark) const { return added_ == mark ? no_ticket : open_; }
    /// Everything up to this ticket is on disk.
    Ticket durable() const { return durable_; }

    // the store
    bool is_empty() const { return operations_.empty(); }
    /// The open batch. Nothing if it is empty or if an earlier one is still being written. When all of it was struck,
    /// its ticket is durable without a write.
    std::optional<StoreBatch> take_batch();
    void stored(Ticket ticket);
    void failed() { failing_ = true; }
    bool is_failing() const { return failing_; }
    /// Publishers should not be read: the store does not keep up.
    bool is_over_limit() const { return bytes_ > batch_limit_bytes_; }
    /// Nor does anybody heed that: what is published now is refused.
    bool is_overfull() const { return bytes_ > 2 * batch_limit_bytes_; }
    std::uint64_t entries_struck() const { return struck_; }
    /// Roughly what the open batch holds in memory.
    std::size_t bytes() const { return bytes_; }

private:
    std::size_t batch_limit_bytes_;
    std::vector<StoreOperation> operations_;
    std::vector<std::pair<ArrivalNumber, std::uint32_t>> open_entries_;  // arrival, index; rising
    std::size_t last_size_ = 0;                                          // of the batch that was taken last
    std::size_t live_ = 0;                                               // operations that are not struck
    std::size_t bytes_ = 0;
    std::uint64_t added_ = 0;
    std::uint64_t struck_ = 0;
    std::uint64_t last_arrival_ = 0;
    std::uint64_t taken_arrival_ = 0;    // last one in the batch that was taken last
    std::uint64_t durable_arrival_ = 0;  // last one that is on disk
    Ticket open_{1};
    Ticket taken_{};
    Ticket durable_{};
    bool failing_ = false;
};

}  // namespace trunkline::broker
