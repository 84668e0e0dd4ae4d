#pragma once
// What the queues of all sessions hold together.

#include <cstddef>

namespace trunkline::broker {

/// Kept by the queues themselves. It outlives them.
struct QueueTally {
    std::size_t messages = 0;
    std::size_t bytes = 0;  // footprints, each as often as it is queued
    std::size_t room = 0;   // entries that the queues have memory for
};

}  // namespace trunkline::broker
