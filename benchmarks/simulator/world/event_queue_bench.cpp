#include "simulator/world/event_queue.hpp"

#include "benchmarks/support/measure.hpp"
#include "protocol/base/random.hpp"

namespace trunkline::sim {

namespace {

using bench::per_message;

/// The first event happens and enters another, within a minute from it: so many are in the queue all the time.
void take_and_put(benchmark::State& state) {
    Random random(1, "benchmark", "event queue");
    const auto within_a_minute = [&random] {
        return Duration(static_cast<std::int64_t>(random.below(60'000'000'000)));
    };
    EventQueue queue;
    for (std::int64_t n = 0; n < state.range(0); ++n) queue.put(Instant() + within_a_minute(), Event());
    per_message(state, [&] {
        const EventQueue::Due due = queue.take_first();
        queue.put(due.at + within_a_minute(), due.event);
    });
}
BENCHMARK(take_and_put)->ArgName("events")->Arg(1'000)->Arg(100'000);

}  // namespace

}  // namespace trunkline::sim
