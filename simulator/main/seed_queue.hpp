#pragma once
// Which seed is next, for several threads at once.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace trunkline::sim {

/// Seeds from `from` on, `count` of them (at least one), in rising order. The first failing seed is the smallest one:
/// once a seed has failed, only smaller ones are still worth running, so that the answer does not depend on the number
/// of threads.
class SeedQueue {
public:
    struct Failure {
        std::uint64_t seed = 0;
        std::string text;  // what failed
    };

    SeedQueue(std::uint64_t from, std::uint64_t count) : next_(from), left_(count) {}

    /// The next seed to run; nothing: none is left, or none is worth it.
    std::optional<std::uint64_t> take();
    /// Whether the answer can still depend on a run of this seed.
    bool is_worth(std::uint64_t seed) const;
    void passed();
    void failed(std::uint64_t seed, std::string text);
    /// No further seeds, and those under way are given up.
    void stop();

    std::optional<Failure> failure() const;
    std::uint64_t count_passed() const;
    bool was_stopped() const;

private:
    bool is_worth_locked(std::uint64_t seed) const { return !stopped_ && (!failure_ || seed < failure_->seed); }

    mutable std::mutex mutex_;  // guards all below
    std::uint64_t next_;
    std::uint64_t left_;
    std::uint64_t passed_ = 0;
    bool stopped_ = false;
    std::optional<Failure> failure_;
};

}  // namespace trunkline::sim
