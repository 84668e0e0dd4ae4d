#pragma once
// The ledger: offered = delivered + sum of causes, exactly, for each sensor and actor.

#include <cstdint>

#include "simulator/oracle/causes.hpp"

namespace trunkline::sim {

/// One account: the readings of one sensor (or of several, added up) that are owed to one actor.
struct Ledger {
    std::uint64_t offered = 0;
    std::uint64_t delivered = 0;   // at least once
    std::uint64_t duplicates = 0;  // further copies
    CauseCounts causes{};

    std::uint64_t undelivered() const;  // by their causes
    /// Counted on its own paths at both ends, this must come out even.
    bool balances() const { return offered == delivered + undelivered(); }
    std::uint64_t of(LossCause cause) const { return causes[static_cast<std::size_t>(cause)]; }
    /// Copies beyond the first, for each delivered reading. Zero if there is none.
    double duplicate_ratio() const;

    Ledger& operator+=(const Ledger& other);
};

}  // namespace trunkline::sim
