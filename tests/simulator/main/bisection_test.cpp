#include "simulator/main/bisection.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace trunkline;
using namespace trunkline::sim;

namespace {

SearchValues values(const std::string& from, const std::string& to) { return *SearchValues::parse(from, to); }

struct Found {
    std::string holds;
    std::string fails;
    std::size_t tries = 0;
};

/// What is found where everything up to `last` holds.
Found search(const SearchValues& values, double last) {
    Bisection bisection(values);
    Found found;
    while (const auto value = bisection.next()) {
        bisection.tried(*value, *value <= last);
        ++found.tries;
    }
    if (bisection.holds()) found.holds = values.text(*bisection.holds());
    if (bisection.fails()) found.fails = values.text(*bisection.fails());
    return found;
}

}  // namespace

TEST_CASE("whole numbers are narrowed down to neighbours while they are small, then to a hundredth") {
    const SearchValues small = values("1", "100");
    for (int last = 1; last < 100; ++last) {
        const Found found = search(small, last);
        CHECK(found.holds == std::to_string(last));
        CHECK(found.fails == std::to_string(last + 1));
        CHECK(found.tries <= 9);
    }
    const Found found = search(values("1000", "1000000"), 123'456);
    CHECK(std::stod(found.holds) <= 123'456);
    CHECK(std::stod(found.fails) > 123'456);
    CHECK(std::stod(found.fails) - std::stod(found.holds) <= 0.01 * 123'456 * 1.01);
}

TEST_CASE("fractions and units stay as they are written") {
    const Found rate = search(values("0.0", "1"), 0.3);
    CHECK(std::stod(rate.holds) <= 0.3);
    CHECK(std::stod(rate.fails) > 0.3);
    CHECK(std::stod(rate.fails) - std::stod(rate.holds) <= 0.004);
    CHECK(search(values("1ms", "64ms"), 5).holds == "5ms");
    CHECK(search(values("1KiB", "64KiB"), 63).fails == "64KiB");
}

TEST_CASE("where even the ends say it, nothing between them is tried") {
    const SearchValues all = values("10", "1000");
    CHECK(search(all, 5).holds.empty());
    CHECK(search(all, 5).tries == 1);
    CHECK(search(all, 1000).holds == "1000");
    CHECK(search(all, 1000).fails.empty());
    CHECK(search(all, 1000).tries == 2);
}

TEST_CASE("what is no range is refused") {
    CHECK(SearchValues::parse("ten", "20").error().starts_with("numbers are wanted"));
    CHECK(SearchValues::parse("10ms", "20s").error().starts_with("the same unit is wanted"));
    CHECK(SearchValues::parse("20", "20").error().starts_with("the first is to be smaller"));
    CHECK(!SearchValues::parse("nan", "20"));
    CHECK(!SearchValues::parse("1", "1e300"));
}
