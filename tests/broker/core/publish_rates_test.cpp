#include "broker/core/publish_rates.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;
using namespace std::chrono_literals;

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
