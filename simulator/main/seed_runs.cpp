#include "simulator/main/seed_runs.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "simulator/main/stop_signal.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

namespace {

// Often enough to end soon when the answer is known, seldom enough to cost nothing.
constexpr std::int64_t looks_at_the_queue = 200;

}  // namespace

void SeedRuns::run(std::optional<std::uint64_t> threads) {
    const std::uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::thread> others;
    for (std::uint64_t number = 1; number < std::min(threads.value_or(cores), count_); ++number)
        others.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : others) thread.join();
    if (trouble_) std::rethrow_exception(trouble_);
}

void SeedRuns::work() {
    try {
        while (const auto seed = queue_.take()) run_seed(*seed);
    } catch (...) {
        queue_.stop();
        const std::lock_guard lock(mutex_);
        if (!trouble_) trouble_ = std::current_exception();
    }
}

void SeedRuns::run_seed(std::uint64_t seed) {
    const Scenario scenario = source_(seed);
    Oracle oracle(scenario);
    World world(scenario, oracle);
    const Duration step = std::max<Duration>(scenario.length() / looks_at_the_queue, std::chrono::milliseconds(1));
    while (world.run_until(world.now() + step)) {
        if (stop_was_asked()) queue_.stop();
        if (!queue_.is_worth(seed)) return;
    }
    if (std::optional<std::string> why = judge_(scenario, oracle.finish(world.now())))
        queue_.failed(seed, *std::move(why));
    else queue_.passed();
    const std::lock_guard lock(mutex_);
    told_(queue_.count_passed());
}

}  // namespace trunkline::sim
