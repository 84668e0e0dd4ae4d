#pragma once
// The broker of a virtual world.

#include <cstddef>
#include <cstdint>
#include <optional>

namespace trunkline::sim {

struct BrokerPlan {
    /// Where its state is.
    enum class State : std::uint8_t {
        ledger,        // in memory, as if every disk were perfect: a batch is there or not
        virtual_disk,  // the shipped SQLite store on a disk that tears what was not synced when power fails
    };
    /// What gives way when a session's queue is full.
    enum class Drop : std::uint8_t { newest, oldest };

    State state = State::ledger;
    std::optional<std::size_t> queue_limit;          // messages that wait for one session; none: the broker's own
    std::optional<std::size_t> queue_window;         // of these, in memory; none: the broker's own
    std::optional<std::uint16_t> receive_maximum;    // QoS 1 and 2 from a client, unacknowledged; none: its own
    std::optional<std::uint16_t> inflight_messages;  // the same to a client; none: its own
    Drop drop = Drop::newest;
    unsigned accept_per_s = 0;  // connections; 0: as many as come

    bool has_limits() const {
        return queue_limit || queue_window || receive_maximum || inflight_messages || drop != Drop::newest;
    }
};

}  // namespace trunkline::sim
