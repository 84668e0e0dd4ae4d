#include "protocol/base/token_bucket.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace std::chrono_literals;

TEST_CASE("token bucket: a second's worth at once, then the rate") {
    const Instant start{1h};
    TokenBucket bucket(10);
    for (int count = 0; count < 10; ++count) CHECK(bucket.try_take(1, start));
    CHECK_FALSE(bucket.try_take(1, start));
    CHECK_FALSE(bucket.try_take(1, start + 100ms - 1ns));
    CHECK(bucket.try_take(1, start + 100ms));
    CHECK_FALSE(bucket.try_take(1, start + 100ms));
    CHECK(bucket.try_take(10, start + 10s));
    CHECK_FALSE(bucket.try_take(1, start + 10s));
}

TEST_CASE("token bucket: a debt is paid at the rate") {
    const Instant start{1h};
    TokenBucket bucket(10);
    bucket.take(10, start);
    CHECK(bucket.clear_at() <= start);
    bucket.take(5, start);
    CHECK(bucket.clear_at() == start + 500ms);
}
