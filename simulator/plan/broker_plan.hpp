#pragma once
// The broker of a virtual world.

#include <cstdint>

namespace trunkline::sim {

struct BrokerPlan {
    /// Where its state is.
    enum class State : std::uint8_t {
        ledger,        // in memory, as if every disk were perfect: a batch is there or not
        virtual_disk,  // the shipped SQLite store on a disk that tears what was not synced when power fails
    };
    State state = State::ledger;
};

}  // namespace trunkline::sim
