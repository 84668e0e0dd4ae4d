#pragma once
// One scenario with many seeds, on several threads.

#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "simulator/main/seed_queue.hpp"
#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Runs a scenario under the virtual clock once for each seed of a range, until the smallest that fails is known. What
/// the queue says afterwards does not depend on the number of threads.
class SeedRuns {
public:
    /// Why a run fails; nothing: it passes. Called by several threads at once.
    using Judge = std::function<std::optional<std::string>(const Scenario& scenario, const Verdict& verdict)>;
    /// After each run, by one thread at a time.
    using Told = std::function<void(std::uint64_t passed)>;

    /// The scenario with this seed: what the seed draws (picks, flaps, chaos, knobs) is drawn while it is read. Called
    /// by several threads at once.
    using Source = std::function<Scenario(std::uint64_t seed)>;

    SeedRuns(Source source, std::uint64_t from, std::uint64_t count, Judge judge, Told told)
        : source_(std::move(source)),
          queue_(from, count),
          count_(count),
          judge_(std::move(judge)),
          told_(std::move(told)) {}

    /// On at most so many threads; none: one for each core. Throws what stopped one of them. A stop signal ends it.
    void run(std::optional<std::uint64_t> threads);
    const SeedQueue& queue() const { return queue_; }

private:
    void work();
    void run_seed(std::uint64_t seed);

    Source source_;
    SeedQueue queue_;
    std::uint64_t count_;
    Judge judge_;
    Told told_;
    std::mutex mutex_;  // guards all below, and told_
    std::exception_ptr trouble_;
};

}  // namespace trunkline::sim
