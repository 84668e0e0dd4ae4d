#pragma once
// The models behind a signal: each yields one sample after the other, an interval apart.

#include <optional>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/plan/signal_plan.hpp"

namespace trunkline::sim {

/// x(t + T) = mean + (x(t) - mean) e^(-T/tau) + sigma sqrt(1 - e^(-2T/tau)) N: the exact transition of the
/// Ornstein-Uhlenbeck process (Uhlenbeck, Ornstein 1930; Gillespie 1996), so that the sampling interval does not change
/// the statistics. The first sample is of the stationary distribution.
class Wander {
public:
    Wander(const SignalPlan& plan, Duration interval, Random& random);
    double next(Random& random);

private:
    double mean_;
    double decay_;   // e^(-T/tau)
    double spread_;  // sigma sqrt(1 - decay²)
    double offset_;  // x - mean
};

/// A sine and white noise. All sensors of a signal are in step, as the sun is.
class Wave {
public:
    /// `first`: of the first sample, since the run's beginning.
    Wave(const SignalPlan& plan, Duration interval, Duration first);
    double next(Random& random);

private:
    double mean_;
    double amplitude_;
    double sigma_;
    Duration period_;
    Duration step_;
    Duration phase_;  // within the period
};

/// Alternates after draws between half and one and a half times a mean.
class Dwell {
public:
    /// Zero: for ever.
    Dwell(Duration mean, Duration interval) : mean_(mean), interval_(interval) {}
    /// An interval has passed: is it time to change? At most once in an interval.
    bool is_over(Random& random);

private:
    Duration mean_;
    Duration interval_;
    std::optional<Duration> left_;
};

/// A valve between 0 (closed) and 100 (open), where it begins. It moves at the speed of its travel, to the other end by
/// itself, or to the end that a command names.
class Actuator {
public:
    Actuator(const SignalPlan& plan, Duration interval);
    double next(Random& random);
    void go(bool open) { target_ = open ? 100.0 : 0.0; }

private:
    Dwell dwell_;
    double step_;  // per interval
    double position_ = 100.0;
    double target_ = 100.0;
};

/// Low or high, with noise about it. It begins low.
class Step {
public:
    Step(const SignalPlan& plan, Duration interval);
    double next(Random& random);

private:
    Dwell dwell_;
    double low_;
    double high_;
    double sigma_;
    bool is_high_ = false;
};

/// Begins at zero and never falls: each rise is a draw from zero to twice the mean.
class Counter {
public:
    Counter(const SignalPlan& plan, Duration interval);
    double next(Random& random);

private:
    double twice_the_rise_;
    double count_ = 0.0;
};

/// What was recorded, at the time of each sample: all sensors of a signal see the same. Between two values it lies in
/// proportion, or stays at the one before; before the first it is the first, and after the last it is the last or the
/// recording begins anew.
class Replay {
public:
    /// The plan outlives it and has a point. `first`: of the first sample, since the run's beginning.
    Replay(const SignalPlan& plan, Duration interval, Duration first) : plan_(&plan), interval_(interval), at_(first) {}
    double next(Random& random);

private:
    const SignalPlan* plan_;
    Duration interval_;
    Duration at_;
};

}  // namespace trunkline::sim
