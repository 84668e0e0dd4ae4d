#include "broker/core/token_bucket.hpp"

#include <doctest/doctest.h>

#include "broker/core/publish_rates.hpp"

using namespace trunkline;
using namespace trunkline::broker;
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

TEST_CASE("publish rates: the slower of both counts, and none is none") {
    const Instant start{1h};
    PublishRates any(0, 0);
    CHECK_FALSE(any.published(1U << 28U, start));
    PublishRates rates(100, 1000);
    CHECK_FALSE(rates.published(1000, start));
    CHECK(rates.published(500, start) == start + 500ms);
    PublishRates messages(2, 0);
    CHECK_FALSE(messages.published(1'000'000, start));
    CHECK_FALSE(messages.published(0, start));
    CHECK(messages.published(0, start) == start + 500ms);
}
