#pragma once
// The age of what an actor knows (age of information: Kaul, Yates, Gruteser 2012): at each moment, how long ago the
// newest reading that it has was due.

#include <cstddef>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/log_histogram.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

class Spans;

/// What an actor knows of some sensors is looked at once a second, from the end of the warm-up to the end of sampling.
/// Of a sensor that has told nothing yet, what is known is as old as the run without its warm-up.
class StalenessWatch {
public:
    /// The scenario outlives it. `expectation`: of this kind.
    StalenessWatch(const Scenario& scenario, std::size_t expectation, Instant start);

    /// The actor got a reading that was due then.
    void learned(std::size_t sensor, Instant due, Instant now, const Spans& spans);
    /// All ages, those up to `end` included.
    LogHistogram ages(Instant end, const Spans& spans) const;
    std::size_t expectation() const { return expectation_; }

private:
    static constexpr Duration step = std::chrono::seconds(1);
    struct Known {
        Instant due{};
        Instant next_look{};
    };
    void look(Known& known, Instant to, const Spans& spans, LogHistogram& ages) const;

    const Scenario& scenario_;
    std::size_t expectation_;
    Instant ends_;
    std::vector<std::size_t> place_;  // by sensor, in known_; beyond it: none of the expectation's
    std::vector<Known> known_;
    LogHistogram ages_;
};

}  // namespace trunkline::sim
