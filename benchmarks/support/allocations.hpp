#pragma once
// What the program takes from the heap: operator new and delete of the whole program are replaced, and count.

#include <cstdint>

namespace trunkline::bench {

/// Sums since the program began, by any thread.
struct Allocations {
    std::uint64_t count = 0;  // calls of operator new
    std::uint64_t bytes = 0;  // asked for
    std::int64_t held = 0;    // bytes in blocks that are not freed, as the allocator rounds them up
};

Allocations allocations();

}  // namespace trunkline::bench
