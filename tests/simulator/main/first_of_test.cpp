#include "simulator/main/first_of.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>

using namespace trunkline::sim;

TEST_CASE("the smallest number that succeeds is found by any number of threads, and what is behind it is moot") {
    for (const std::uint64_t threads : {1U, 2U, 5U}) {
        std::mutex mutex;
        std::set<std::size_t> tried;
        const auto first = first_of(50, threads, [&](std::size_t number, const IsWorth& is_worth) {
            {
                const std::lock_guard lock(mutex);
                CHECK(tried.insert(number).second);
            }
            CHECK((number > 17 || is_worth()));
            return number == 17 || number == 18;
        });
        CHECK(first == 17);
        for (std::size_t number = 0; number <= 17; ++number) CHECK(tried.contains(number));
    }
}

TEST_CASE("an attempt behind one that has succeeded is told that it need not go on") {
    std::atomic<bool> is_begun = false;
    const auto first = first_of(2, 2, [&](std::size_t number, const IsWorth& is_worth) {
        if (number == 0) {
            while (!is_begun) {}
            return true;
        }
        is_begun = true;
        while (is_worth()) {}
        return false;
    });
    CHECK(first == 0);
}

TEST_CASE("where none succeeds there is none, and what an attempt throws is thrown") {
    CHECK(!first_of(0, 2, [](std::size_t, const IsWorth&) { return true; }));
    CHECK(!first_of(3, 2, [](std::size_t, const IsWorth&) { return false; }));
    CHECK_THROWS_AS(first_of(9, 2,
                             [](std::size_t number, const IsWorth&) -> bool {
                                 if (number == 4) throw std::runtime_error("no");
                                 return false;
                             }),
                    std::runtime_error);
}
