#include "simulator/oracle/log_histogram.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "protocol/base/random.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("an empty histogram has no values") {
    const LogHistogram histogram;
    CHECK(histogram.count() == 0);
    CHECK(histogram.percentile(50'000) == 0s);
    CHECK(histogram.maximum() == 0s);
}

TEST_CASE("up to 256 us each microsecond has its bucket") {
    LogHistogram histogram;
    for (int at = 1; at <= 100; ++at) histogram.add(std::chrono::microseconds(at));
    CHECK(histogram.mean() == 50us);  // 50.5, in whole microseconds
    CHECK(histogram.percentile(50'000) == 50us);
    CHECK(histogram.percentile(50'001) == 51us);
    CHECK(histogram.percentile(99'000) == 99us);
    CHECK(histogram.percentile(100'000) == 100us);
    CHECK(histogram.percentile(0) == 1us);
    CHECK(histogram.minimum() == 1us);
}

TEST_CASE("a percentile is within 1/128 of the exact one, never below it nor beyond the maximum") {
    Random random(7, "histogram", "values");
    LogHistogram histogram;
    std::vector<Duration> values;
    for (int at = 0; at < 20'000; ++at) {
        const auto magnitude = static_cast<unsigned>(random.below(40));
        values.emplace_back(std::chrono::microseconds(random.below((std::uint64_t{1} << magnitude) + 1)));
        histogram.add(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const std::uint32_t share : {1'000U, 10'000U, 50'000U, 90'000U, 99'000U, 99'900U, 100'000U}) {
        const std::size_t rank = std::max<std::size_t>(1, (values.size() * share + 99'999) / 100'000);
        const Duration exact = values[rank - 1];
        CHECK(histogram.percentile(share) >= exact);
        CHECK(histogram.percentile(share) <= exact + exact / 128 + 1us);
    }
    CHECK(histogram.percentile(100'000) == values.back());
}

TEST_CASE("two histograms add up, negative values count as zero") {
    LogHistogram a;
    LogHistogram b;
    a.add(-1s);
    b.add(3s);
    b.add(1ms);
    a.add(b);
    a.add(LogHistogram{});
    CHECK(a.count() == 3);
    CHECK(a.minimum() == 0s);
    CHECK(a.maximum() == 3s);
    CHECK(a.percentile(100'000) == 3s);
}
