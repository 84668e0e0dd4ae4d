#pragma once

#include <unordered_map>

namespace trunkline::broker {

using Table = std::unordered_map<int, int>;

class Sessions {
public:
    int sum() const {
        int sum = 0;
        for (const auto& [id, count] : sessions_) sum += count;  // caught: hash-order
        return sum;
    }
    int first() const;
    int sorted_sum() const;

private:
    std::unordered_map<int, int> sessions_;
    std::unordered_map<int, std::vector<int>> queues_;
    Table table_;
};

}  // namespace trunkline::broker
