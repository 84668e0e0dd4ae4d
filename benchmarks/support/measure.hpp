#pragma once
// The two ways to measure: what a message costs, and what a thing that does nothing holds.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <utility>

#include "benchmarks/support/allocations.hpp"

namespace trunkline::bench {

/// Runs `step` in the timed loop; it handles `messages` of them each time. Reported: time, allocations and bytes
/// allocated per message.
template <typename Step>
void per_message(benchmark::State& state, std::uint64_t messages, Step step) {
    step();  // grows what is kept for its capacity
    const Allocations before = allocations();
    for ([[maybe_unused]] auto turn : state) step();
    const Allocations after = allocations();
    const auto all = static_cast<double>(state.iterations()) * static_cast<double>(messages);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(messages));
    state.counters["allocations"] = static_cast<double>(after.count - before.count) / all;
    state.counters["bytes"] = static_cast<double>(after.bytes - before.bytes) / all;
}

/// One message each step.
template <typename Step>
void per_message(benchmark::State& state, Step step) {
    per_message(state, 1, std::move(step));
}

/// Makes `count` things with make(count) and reports the heap that each of them holds while what make() returned lives.
/// Registered with Iterations(1): the time says nothing.
template <typename Make>
void bytes_each(benchmark::State& state, std::uint64_t count, Make make) {
    for ([[maybe_unused]] auto turn : state) {
        const Allocations before = allocations();
        [[maybe_unused]] const auto things = make(count);
        const Allocations after = allocations();
        state.counters["held"] = static_cast<double>(after.held - before.held) / static_cast<double>(count);
    }
}

}  // namespace trunkline::bench
