#include "simulator/devices/dialler.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Dialler dialler(Instant first = Instant{}) { return Dialler({2s, 16s}, Random(1, "device", "back-off"), first); }

}  // namespace

TEST_CASE("a connection is wanted at the first moment, once") {
    Dialler first = dialler(Instant{} + 3s);
    CHECK(first.next_deadline() == Instant{} + 3s);
    first.advance(Instant{} + 3s - 1ns);
    CHECK(!first.take_request());
    first.advance(Instant{} + 3s);
    CHECK(first.take_request());
    CHECK(!first.take_request());
    CHECK(!first.next_deadline());
}

TEST_CASE("after each end the next one comes within a back-off that doubles up to its last") {
    Dialler again = dialler();
    Duration longest{};
    for (int attempt = 0; attempt < 100; ++attempt) {
        again.ended(Instant{});
        const Duration pause = again.next_deadline().value() - Instant{};
        CHECK(pause <= std::min<Duration>(2s * (1 << std::min(attempt, 3)), 16s));
        longest = std::max(longest, pause);
    }
    CHECK(longest > 14s);
}

TEST_CASE("without jitter the next one comes after all of the back-off: a herd stays a herd") {
    BackoffPlan plan{.first = 2s, .last = 16s, .is_drawn = false};
    Dialler again(plan, Random(1, "device", "back-off"), Instant{});
    for (const Duration pause : {2s, 4s, 8s, 16s, 16s}) {
        again.ended(Instant{});
        CHECK(again.next_deadline() == Instant{} + pause);
    }
}

TEST_CASE("the back-off starts anew once a connection has been of use") {
    Dialler again = dialler();
    for (int attempt = 0; attempt < 10; ++attempt) again.ended(Instant{});
    again.succeeded();
    again.ended(Instant{});
    CHECK(again.next_deadline().value() - Instant{} <= 2s);
}

TEST_CASE("a pause that the other side asks for is kept") {
    Dialler again = dialler();
    again.ended(Instant{}, 5min);
    CHECK(again.next_deadline() == Instant{} + 5min);
}

TEST_CASE("one that is stopped wants nothing until it is started again") {
    Dialler stopped = dialler();
    stopped.advance(Instant{});
    stopped.stop();
    CHECK(!stopped.take_request());
    CHECK(!stopped.next_deadline());
    stopped.start(Instant{} + 1min);
    CHECK(stopped.next_deadline() == Instant{} + 1min);
}
