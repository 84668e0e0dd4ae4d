#pragma once
// The first of several attempts that succeeds, looked for on several threads.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace trunkline::sim {

/// Whether the answer can still depend on an attempt; asked by it now and then, so that it may be given up.
using IsWorth = std::function<bool()>;
/// Whether the attempt with this number succeeds. Called by several threads at once.
using Attempt = std::function<bool(std::size_t number, const IsWorth& is_worth)>;

/// Makes the attempts 0 to `count` - 1, each at most once, on at most so many threads. Returns the smallest number of
/// one that succeeds, whatever the number of threads; nothing: none does. Throws what an attempt throws.
std::optional<std::size_t> first_of(std::size_t count, std::uint64_t threads, const Attempt& attempt);

}  // namespace trunkline::sim
