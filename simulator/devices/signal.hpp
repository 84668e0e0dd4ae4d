#pragma once
// What a device measures, equal to the last bit in every build.

#include <cstdint>
#include <string_view>
#include <variant>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/devices/signal_models.hpp"
#include "simulator/plan/signal_plan.hpp"

namespace trunkline::sim {

/// One device's signal.
class Signal {
public:
    /// The plan outlives it. `interval`: from one sample to the next. `first`: of the first one, since the run's
    /// beginning.
    Signal(const SignalPlan& plan, Duration interval, Random random, Duration first = Duration::zero());

    /// The next sample, and what the pipe adds to it, in thousandths, rounded half up: nobody sees the value behind it.
    std::int64_t sample(double added = 0.0);
    /// "open" or "close" moves an actuator, from the next sample on. Whatever else is said, or said to another model,
    /// has no effect.
    void command(std::string_view word);

private:
    using Model = std::variant<Wander, Wave, Actuator, Step, Counter, Replay>;
    static Model make(const SignalPlan& plan, Duration interval, Duration first, Random& random);

    Random random_;
    Model model_;
};

}  // namespace trunkline::sim
