#include "benchmarks/load/ledger.hpp"

namespace trunkline::load {

bool Ledger::delivered(std::size_t subscriber, std::size_t publisher, std::uint64_t number) {
    Row& row = rows_[subscriber * publishers_ + publisher];
    if (number < row.next) return late(row, number);
    for (; row.next < number; ++row.next) row.missing.insert(row.next);
    ++row.next;
    ++first_deliveries_;
    return true;
}

bool Ledger::late(Row& row, std::uint64_t number) {
    if (row.missing.erase(number) == 0) {
        ++duplicates_;
        return false;
    }
    ++out_of_order_;
    ++first_deliveries_;
    return true;
}

}  // namespace trunkline::load
