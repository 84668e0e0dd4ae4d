#include "broker/core/load_average.hpp"

#include "protocol/base/exact_math.hpp"

namespace trunkline::broker {

void LoadAverage::sample(std::uint64_t counter, Duration elapsed) {
    const std::uint64_t grown = counter - counter_;
    counter_ = counter;
    if (elapsed <= Duration::zero()) return;
    const double minutes = std::chrono::duration<double, std::ratio<60>>(elapsed).count();
    const double rate = static_cast<double>(grown) / minutes;
    for (int span = 0; span < span_count; ++span) {
        const double weight_of_the_past = exp_of(-minutes / span_minutes[span]);
        averages_[span] = rate + weight_of_the_past * (averages_[span] - rate);
    }
}

}  // namespace trunkline::broker
