#include "simulator/main/seed_queue.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace trunkline::sim;

TEST_CASE("seeds come in rising order, as many as were asked for, up to the largest") {
    constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    SeedQueue queue(largest - 1, 2);
    CHECK(queue.take() == largest - 1);
    CHECK(queue.take() == largest);
    CHECK(!queue.take().has_value());
}

TEST_CASE("after a failure only smaller seeds are worth their run, and the smallest failure stands") {
    SeedQueue queue(1, 10);
    CHECK(queue.take() == 1);
    CHECK(queue.take() == 2);
    CHECK(queue.take() == 3);
    queue.failed(2, "two");
    CHECK(!queue.take().has_value());
    CHECK(queue.is_worth(1));
    CHECK(!queue.is_worth(2));
    CHECK(!queue.is_worth(3));
    queue.failed(3, "three");
    REQUIRE(queue.failure().has_value());
    CHECK(queue.failure()->seed == 2);
    queue.failed(1, "one");
    CHECK(queue.failure()->seed == 1);
    CHECK(queue.failure()->text == "one");
}

TEST_CASE("a stopped queue hands out nothing more, and gives up what is under way") {
    SeedQueue queue(1, 10);
    CHECK(queue.take() == 1);
    queue.passed();
    CHECK(queue.take() == 2);
    queue.stop();
    CHECK(queue.was_stopped());
    CHECK(!queue.is_worth(2));
    CHECK(!queue.take().has_value());
    CHECK(queue.count_passed() == 1);
    CHECK(!queue.failure().has_value());
}
