#include "simulator/report/progress.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/report/small_verdict.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("the progress line says how far the run is and what has come through") {
    const OracleProgress progress{.offered = 1234, .acknowledged = 1200, .deliveries = 1230, .sensors_connected = 2};
    CHECK(progress_line(small_plan(), Instant(3min + 999ms), progress) ==
          " 25 %  00:03:00 of 00:12:00, 1,234 readings offered, 1,230 deliveries, 2 of 2 sensors connected");
}

TEST_CASE("progress goes from 0 to 100 %, and not beyond") {
    CHECK(progress_line(small_plan(), Instant{}, {}).starts_with("  0 %"));
    CHECK(progress_line(small_plan(), Instant(12min), {}).starts_with("100 %"));
    CHECK(progress_line(small_plan(), Instant(13min), {}).starts_with("100 %"));
}
