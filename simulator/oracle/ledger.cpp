#include "simulator/oracle/ledger.hpp"

#include <numeric>

namespace trunkline::sim {

std::uint64_t Ledger::undelivered() const { return std::accumulate(causes.begin(), causes.end(), std::uint64_t{0}); }

double Ledger::duplicate_ratio() const {
    return delivered == 0 ? 0.0 : static_cast<double>(duplicates) / static_cast<double>(delivered);
}

Ledger& Ledger::operator+=(const Ledger& other) {
    offered += other.offered;
    delivered += other.delivered;
    duplicates += other.duplicates;
    for (std::size_t at = 0; at < causes.size(); ++at) causes[at] += other.causes[at];
    return *this;
}

}  // namespace trunkline::sim
