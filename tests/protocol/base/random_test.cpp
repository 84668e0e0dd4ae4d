#include "protocol/base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

using namespace trunkline;

// The numbers were computed with another implementation, which itself yields the published first outputs of
// xoshiro256** (state 1, 2, 3, 4: 11520, 0, 1509978240, 1215971899390074240) and SplitMix64 (seed 1234567:
// 6457827717110365317, 3203168211198807973, 9817491932198370423).
TEST_CASE("a stream is the same on every platform and for ever: recorded seeds depend on it") {
    Random payload(1, "sensor:PT-7", "payload");
    CHECK(payload.next() == 0x9e514bd574d22a95U);
    CHECK(payload.next() == 0x855953f4e8752eb0U);
    CHECK(payload.next() == 0x4bdb35b0b0c7911aU);
    Random nameless(0, "", "");
    CHECK(nameless.next() == 0x7bc162e7b5fa7f2fU);
    CHECK(nameless.next() == 0x2dc47c8752f8f259U);
    CHECK(nameless.next() == 0x0cc2885fecc5f03aU);
    Random highest_seed(std::numeric_limits<std::uint64_t>::max(), "link:PT-7", "loss");
    CHECK(highest_seed.next() == 0xb0eda18225b077b7U);
    CHECK(highest_seed.next() == 0x86f85f58cb7a6282U);
    CHECK(highest_seed.next() == 0xbb80a84e7a4f4221U);
}

TEST_CASE("stable_hash is FNV-1a in 64 bits: the published values") {
    CHECK(stable_hash("") == 0xcbf29ce484222325U);
    CHECK(stable_hash("a") == 0xaf63dc4c8601ec8cU);
    CHECK(stable_hash("foobar") == 0x85944171f73967e8U);
}

TEST_CASE("another seed, entity or purpose is another stream") {
    const std::uint64_t first = Random(1, "ab", "c").next();
    CHECK(first == Random(1, "ab", "c").next());
    CHECK(first != Random(2, "ab", "c").next());
    CHECK(first != Random(1, "a", "bc").next());
    CHECK(first != Random(1, "abc", "").next());
    CHECK(first != Random(1, "c", "ab").next());
}

TEST_CASE("below stays below, reaches every number and favours none") {
    Random random(7, "below", "test");
    std::array<int, 6> seen{};
    const int draws = 60'000;
    for (int draw = 0; draw < draws; ++draw) {
        const std::uint64_t drawn = random.below(6);
        REQUIRE(drawn < 6);
        ++seen[drawn];
    }
    double chi_square = 0;
    for (const int count : seen) chi_square += std::pow(count - draws / 6.0, 2) / (draws / 6.0);
    CHECK(chi_square < 20.5);  // 99.9 % of five degrees of freedom
}

TEST_CASE("below one is zero, and a huge bound is no trap") {
    Random random(7, "below", "borders");
    for (int draw = 0; draw < 100; ++draw) CHECK(random.below(1) == 0);
    // Of 2^64 - 1 remainders only one draw must be refused; of 2^63 + 1 almost half.
    const std::uint64_t bound = (std::uint64_t{1} << 63U) + 1;
    for (int draw = 0; draw < 1'000; ++draw) CHECK(random.below(bound) < bound);
    for (int draw = 0; draw < 1'000; ++draw) CHECK(random.below(~std::uint64_t{0}) != ~std::uint64_t{0});
}

TEST_CASE("chance: never, always, and as often as it says") {
    Random random(7, "chance", "test");
    for (int draw = 0; draw < 1'000; ++draw) {
        CHECK(!random.chance(0.0));
        CHECK(random.chance(1.0));
    }
    for (const double probability : {0.001, 0.1, 0.2, 0.3, 0.5, 0.9}) {
        const int draws = 100'000;
        int hits = 0;
        for (int draw = 0; draw < draws; ++draw) hits += random.chance(probability) ? 1 : 0;
        const double deviation = std::sqrt(draws * probability * (1 - probability));
        CHECK(std::abs(hits - draws * probability) < 3.3 * deviation);  // 99.9 %, and the seed is fixed
    }
}

TEST_CASE("unit is uniform in [0, 1)") {
    Random random(7, "unit", "test");
    const int draws = 100'000;
    double sum = 0;
    double lowest = 1;
    double highest = 0;
    for (int draw = 0; draw < draws; ++draw) {
        const double drawn = random.unit();
        REQUIRE(drawn >= 0.0);
        REQUIRE(drawn < 1.0);
        sum += drawn;
        lowest = std::min(lowest, drawn);
        highest = std::max(highest, drawn);
    }
    CHECK(sum / draws == doctest::Approx(0.5).epsilon(0.01));
    CHECK(lowest < 0.001);
    CHECK(highest > 0.999);
}

TEST_CASE("two streams of one run are unrelated") {
    Random loss(1, "link:PT-7", "loss");
    Random delay(1, "link:PT-8", "loss");
    int equal_bits = 0;
    const int draws = 10'000;
    for (int draw = 0; draw < draws; ++draw) {
        std::uint64_t equal = ~(loss.next() ^ delay.next());
        for (; equal != 0; equal &= equal - 1) ++equal_bits;
    }
    const double expected = draws * 32.0;
    CHECK(std::abs(equal_bits - expected) < 3.3 * std::sqrt(draws * 16.0));
}
