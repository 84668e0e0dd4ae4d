#pragma once
// Counts allocations: link trunkline_test_allocations, which replaces operator new for the whole program.

#include <cstdint>

namespace trunkline::test {

/// Calls of operator new, of any kind, by any thread since the program began.
std::uint64_t allocation_count();

}  // namespace trunkline::test
