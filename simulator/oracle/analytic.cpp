#include "simulator/oracle/analytic.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>

#include "protocol/base/exact_math.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

namespace {

// Two-sided quantiles of the normal distribution for known_confidences.
constexpr double quantiles[] = {1.6448536269514722, 1.959963984540054, 2.5758293035489004, 3.2905267314919255,
                                3.8905918864131203};
static_assert(std::size(quantiles) == std::size(known_confidences));

double quantile(double confidence) {
    for (std::size_t at = 0; at < std::size(known_confidences); ++at) {
        if (known_confidences[at] == confidence) return quantiles[at];
    }
    assert(false && "the scenario's reader lets known confidences through only");
    return quantiles[std::size(quantiles) - 1];
}

double power(double base, unsigned exponent) {
    double result = 1.0;
    for (unsigned at = 0; at < exponent; ++at) result *= base;
    return result;
}

}  // namespace

StopAndWait stop_and_wait(double loss, unsigned retry_limit) {
    const double round_trip = (1.0 - loss) * (1.0 - loss);
    StopAndWait expected;
    expected.delivered = 1.0 - power(loss, retry_limit + 1);
    expected.acknowledged = 1.0 - power(1.0 - round_trip, retry_limit + 1);
    expected.transmissions = round_trip > 0.0 ? expected.acknowledged / round_trip : retry_limit + 1.0;
    return expected;
}

Interval wilson_interval(std::uint64_t successes, std::uint64_t trials, double confidence) {
    assert(trials > 0);
    assert(successes <= trials);
    const double z = quantile(confidence);
    const auto n = static_cast<double>(trials);
    const double share = static_cast<double>(successes) / n;
    const double denominator = 1.0 + z * z / n;
    const double centre = (share + z * z / (2.0 * n)) / denominator;
    const double half_width = z * std::sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n)) / denominator;
    // At 0 and 1 the ends are exact by algebra, not by arithmetic.
    return {.from = successes == 0 ? 0.0 : centre - half_width, .to = successes == trials ? 1.0 : centre + half_width};
}

double through_bursts(const BurstsByTime& bursts, Duration spacing, unsigned retry_limit) {
    const auto good = static_cast<double>(bursts.good.count());
    const auto bad = static_cast<double>(bursts.bad.count());
    const double share = bad / (good + bad);
    const double forgotten = exp_of(-static_cast<double>(spacing.count()) * (1.0 / good + 1.0 / bad));
    return 1.0 - share * power(share + (1.0 - share) * forgotten, retry_limit);
}

double distance_from_uniform(std::vector<double> numbers) {
    std::sort(numbers.begin(), numbers.end());
    const auto n = static_cast<double>(numbers.size());
    double largest = 0.0;
    for (std::size_t at = 0; at < numbers.size(); ++at) {
        const double expected = std::clamp(numbers[at], 0.0, 1.0);
        const double before = static_cast<double>(at) / n;
        const double behind = static_cast<double>(at + 1) / n;
        largest = std::max({largest, behind - expected, expected - before});
    }
    return largest;
}

double kolmogorov_bound(std::size_t numbers, double confidence) {
    return std::sqrt(-log_of((1.0 - confidence) / 2.0) / (2.0 * static_cast<double>(numbers)));
}

}  // namespace trunkline::sim
