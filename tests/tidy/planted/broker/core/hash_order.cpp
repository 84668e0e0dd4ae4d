#include "broker/core/hash_order.hpp"

namespace trunkline::broker {

int Sessions::first() const {
    std::unordered_set<int> local = {1, 2, 3};
    for (int id : local) {  // caught: hash-order
        if (id > 1) return id;
    }
    for (auto& [id, count] : this->sessions_) return id;                  // caught: hash-order
    for (auto& entry : std::as_const(table_)) return entry.first;         // caught: hash-order
    for (int key : sessions_ | std::views::keys) return key;              // caught: hash-order
    std::ranges::for_each(sessions_, [](auto&) {});                       // caught: hash-order
    if (auto it = std::begin(table_); it != std::end(table_)) return 1;   // caught: hash-order
    return sessions_.begin()->second;                                     // caught: hash-order
}

int Sessions::sorted_sum() const {
    // Copied in any order, then sorted.
    std::vector<std::pair<int, int>> sorted(sessions_.begin(), sessions_.end());
    std::ranges::sort(sorted);
    int sum = 0;
    for (const auto& [id, count] : sorted) sum = sum * 31 + count;
    for (const int item : queues_.at(3)) sum += item;
    for (const int item : queues_[3]) sum += item;
    for (std::size_t at = 0; at < sessions_.size(); ++at) ++sum;
    return sessions_.find(3) == sessions_.end() ? sum : 0;
}

}  // namespace trunkline::broker
