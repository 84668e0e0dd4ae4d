#pragma once
// What each subscriber has got of each publisher: nothing missing, nothing twice, in order.

#include <cstdint>
#include <unordered_set>
#include <vector>

namespace trunkline::load {

/// Judges deliveries. In order it costs a comparison each.
class Ledger {
public:
    Ledger(std::size_t subscribers, std::size_t publishers)
        : publishers_(publishers), rows_(subscribers * publishers) {}

    /// True: this subscriber gets this message for the first time.
    bool delivered(std::size_t subscriber, std::size_t publisher, std::uint64_t number);

    std::uint64_t first_deliveries() const { return first_deliveries_; }
    std::uint64_t duplicates() const { return duplicates_; }
    /// First deliveries that came behind a later message of the same publisher.
    std::uint64_t out_of_order() const { return out_of_order_; }

private:
    struct Row {
        std::uint64_t next = 0;                     // nothing from here on has come
        std::unordered_set<std::uint64_t> missing;  // before it
    };
    bool late(Row& row, std::uint64_t number);

    std::size_t publishers_;
    std::vector<Row> rows_;
    std::uint64_t first_deliveries_ = 0;
    std::uint64_t duplicates_ = 0;
    std::uint64_t out_of_order_ = 0;
};

}  // namespace trunkline::load
