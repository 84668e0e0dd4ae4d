#include "protocol/base/id_table.hpp"

#include <doctest/doctest.h>

#include <map>

#include "protocol/base/random.hpp"

using namespace trunkline;

namespace {

enum class Number : std::uint64_t {};
using Table = IdTable<Number, int>;

bool add(Table& table, std::uint64_t number, int value) {
    return table.add(Number{number}, std::make_unique<int>(value));
}

}  // namespace

TEST_CASE("id table: what was added is found under its number, and nothing else") {
    Table table;
    CHECK(table.find(Number{1}) == nullptr);
    CHECK(table.take(Number{1}) == nullptr);
    CHECK(add(table, 1, 10));
    CHECK(add(table, 2, 20));
    REQUIRE(table.find(Number{1}) != nullptr);
    CHECK(*table.find(Number{1}) == 10);
    CHECK(*table.find(Number{2}) == 20);
    CHECK(table.find(Number{3}) == nullptr);
    CHECK(table.find(Number{0}) == nullptr);
    CHECK(table.size() == 2);
}

TEST_CASE("id table: a number that is taken is not taken again") {
    Table table;
    CHECK(add(table, 7, 1));
    CHECK_FALSE(add(table, 7, 2));
    CHECK(*table.find(Number{7}) == 1);
    CHECK(table.size() == 1);
}

TEST_CASE("id table: objects stay where they are while others come and go") {
    Table table;
    add(table, 1, 1);
    const int* const first = table.find(Number{1});
    for (std::uint64_t number = 2; number < 5'000; ++number) add(table, number, 0);
    for (std::uint64_t number = 2; number < 5'000; ++number) REQUIRE(table.take(Number{number}) != nullptr);
    CHECK(table.find(Number{1}) == first);
    CHECK(table.size() == 1);
}

TEST_CASE("id table: the same as a map, whatever comes and goes") {
    Random random(3, "id table", "steps");
    Table table;
    std::map<std::uint64_t, int> map;
    for (int step = 0; step < 100'000; ++step) {
        const std::uint64_t number = random.below(600);
        if (random.below(2) == 0) {
            CHECK(add(table, number, step) == map.emplace(number, step).second);
        } else {
            CHECK((table.take(Number{number}) != nullptr) == (map.erase(number) == 1));
        }
        REQUIRE(table.size() == map.size());
    }
    for (std::uint64_t number = 0; number < 600; ++number) {
        const auto found = map.find(number);
        const int* const object = table.find(Number{number});
        REQUIRE((object != nullptr) == (found != map.end()));
        if (object != nullptr) CHECK(*object == found->second);
    }
}
