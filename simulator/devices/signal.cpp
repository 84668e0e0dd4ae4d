#include "simulator/devices/signal.hpp"

#include <cassert>
#include <cmath>

namespace trunkline::sim {

Signal::Signal(const SignalPlan& plan, Duration interval, Random random, Duration first)
    : random_(random), model_(make(plan, interval, first, random_)) {}

Signal::Model Signal::make(const SignalPlan& plan, Duration interval, Duration first, Random& random) {
    switch (plan.model) {
        case SignalModel::wander:
            return Wander(plan, interval, random);
        case SignalModel::wave:
            return Wave(plan, interval, first);
        case SignalModel::actuator:
            return Actuator(plan, interval);
        case SignalModel::step:
            return Step(plan, interval);
        case SignalModel::counter:
            return Counter(plan, interval);
        case SignalModel::replay:
            return Replay(plan, interval, first);
    }
    assert(false);
    return Counter(plan, interval);
}

std::int64_t Signal::sample(double added) {
    const double value = std::visit([this](auto& model) { return model.next(random_); }, model_) + added;
    return static_cast<std::int64_t>(std::floor(value * 1000.0 + 0.5));
}

void Signal::command(std::string_view word) {
    auto* actuator = std::get_if<Actuator>(&model_);
    if (actuator != nullptr && (word == "open" || word == "close")) actuator->go(word == "open");
}

}  // namespace trunkline::sim
