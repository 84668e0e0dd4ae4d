#include "simulator/report/hgrm.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("a distribution is told by percentiles, up to its maximum, in HdrHistogram's columns") {
    LogHistogram histogram;
    for (int at = 1; at <= 100; ++at) histogram.add(at * 1us);
    const std::string text = hgrm(histogram);
    CHECK(
        text.starts_with("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"
                         "       0.001 0.000000000000          1           1.00\n"
                         "       0.010 0.100000000000         10           1.11\n"));
    CHECK(contains(text, "       0.050 0.500000000000         50           2.00\n"));
    CHECK(contains(text, "       0.055 0.550000000000         55           2.22\n"));
    CHECK(contains(text, "\n       0.100 1.000000000000        100\n"));
    CHECK(contains(text, "#[Mean    =        0.051, StdDeviation   =        0.029]\n"));
    CHECK(
        text.ends_with("#[Max     =        0.100, Total count    =          100]\n"
                       "#[Buckets =          100, SubBuckets     =          256]\n"));
}

TEST_CASE("one value is the smallest and the largest, and none is told as none") {
    LogHistogram histogram;
    histogram.add(1s);
    CHECK(contains(hgrm(histogram), "\n\n    1000.000 1.000000000000          1\n#[Mean"));
    CHECK(contains(hgrm(LogHistogram()), "\n\n#[Mean    =        0.000, StdDeviation   =        0.000]\n"));
}
