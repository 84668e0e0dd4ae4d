#include "simulator/devices/signal_models.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "protocol/base/draws.hpp"
#include "protocol/base/exact_math.hpp"

namespace trunkline::sim {

namespace {

double ratio(Duration part, Duration whole) {
    assert(whole > Duration::zero());
    return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

}  // namespace

Wander::Wander(const SignalPlan& plan, Duration interval, Random& random) : mean_(plan.mean) {
    decay_ = exp_of(-ratio(interval, plan.tau));
    spread_ = plan.sigma * std::sqrt(1.0 - decay_ * decay_);  // the square root is exact to the bit (IEEE 754 §5.4.1)
    offset_ = plan.sigma * draw_normal(random);
}

double Wander::next(Random& random) {
    const double value = mean_ + offset_;
    offset_ = offset_ * decay_ + spread_ * draw_normal(random);
    return value;
}

Wave::Wave(const SignalPlan& plan, Duration interval, Duration first)
    : mean_(plan.mean), amplitude_(plan.amplitude), sigma_(plan.sigma), period_(plan.period) {
    assert(period_ > Duration::zero());
    step_ = interval % period_;
    phase_ = first % period_;
}

double Wave::next(Random& random) {
    const double value = mean_ + amplitude_ * sine_of_turn(ratio(phase_, period_)) + sigma_ * draw_normal(random);
    phase_ = (phase_ + step_) % period_;
    return value;
}

bool Dwell::is_over(Random& random) {
    if (mean_ == Duration::zero()) return false;
    const bool has_ended = left_ && *left_ <= interval_;
    if (!left_ || has_ended)
        left_ =
            mean_ / 2 + Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(mean_.count()))));
    else *left_ -= interval_;
    return has_ended;
}

Actuator::Actuator(const SignalPlan& plan, Duration interval)
    : dwell_(plan.every, interval), step_(100.0 * ratio(interval, plan.travel)) {}

double Actuator::next(Random& random) {
    const double value = position_;
    if (dwell_.is_over(random)) target_ = target_ > 0.0 ? 0.0 : 100.0;
    if (position_ < target_) position_ = std::min(target_, position_ + step_);
    else position_ = std::max(target_, position_ - step_);
    return value;
}

Step::Step(const SignalPlan& plan, Duration interval)
    : dwell_(plan.every, interval), low_(plan.low), high_(plan.high), sigma_(plan.sigma) {}

double Step::next(Random& random) {
    const double value = (is_high_ ? high_ : low_) + sigma_ * draw_normal(random);
    if (dwell_.is_over(random)) is_high_ = !is_high_;
    return value;
}

Counter::Counter(const SignalPlan& plan, Duration interval)
    : twice_the_rise_(2.0 * plan.per_hour * ratio(interval, std::chrono::hours(1))) {}

double Counter::next(Random& random) {
    const double value = count_;
    count_ += twice_the_rise_ * random.unit();
    return value;
}

double Replay::next(Random&) {
    const std::vector<ReplayPoint>& points = plan_->points;
    const Duration at = plan_->repeats > Duration::zero() ? at_ % plan_->repeats : at_;
    at_ += interval_;
    const auto behind = std::upper_bound(points.begin(), points.end(), at,
                                         [](Duration when, const ReplayPoint& point) { return when < point.at; });
    if (behind == points.begin()) return points.front().value;
    const ReplayPoint& before = *(behind - 1);
    if (behind == points.end() || plan_->holds_values) return before.value;
    return before.value + (behind->value - before.value) * ratio(at - before.at, behind->at - before.at);
}

}  // namespace trunkline::sim
