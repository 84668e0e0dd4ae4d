#include "protocol/base/flat_table.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>

#include "protocol/base/address.hpp"
#include "protocol/base/address_hash.hpp"
#include "protocol/base/hashed_text.hpp"
#include "protocol/base/random.hpp"

using namespace trunkline;

TEST_CASE(
    "flat table: values that are false stand for nothing, all others are "
    "found") {
    FlatTable<int, std::optional<int>, NumberHash> table;
    CHECK(table.find(1) == nullptr);
    CHECK(!table.take(1));
    CHECK(table.add(1, 0));
    REQUIRE(table.find(1) != nullptr);
    CHECK(**table.find(1) == 0);
    CHECK_FALSE(table.add(1, 2));
    CHECK(table.take(1) == 0);
    CHECK(table.find(1) == nullptr);
    CHECK(table.size() == 0);
}

TEST_CASE("flat table: texts with the same hash are told apart") {
    HashedText first("a/b");
    HashedText second("c/d");
    second.hash = first.hash;
    FlatTable<HashedText, std::optional<int>, HashedTextHash> table;
    table.add(first, 1);
    CHECK(table.find(second) == nullptr);
    table.add(second, 2);
    CHECK(table.find(first)->value() == 1);
    CHECK(table.take(first) == 1);
    CHECK(table.find(second)->value() == 2);
    table.clear();
    CHECK(table.find(second) == nullptr);
}

TEST_CASE("flat table: addresses, whatever comes and goes") {
    Random random(5, "flat table", "steps");
    FlatTable<Address, std::optional<int>, AddressHash> table(AddressHash(17));
    std::map<Address, int> map;
    for (int step = 0; step < 20'000; ++step) {
        const auto number = random.below(400);
        const Address address = Address::v4(10, 0, static_cast<std::uint8_t>(number >> 8U),
                                            static_cast<std::uint8_t>(number & 0xffU), 10000);
        if (random.below(2) == 0) {
            CHECK(table.add(address, step) == map.emplace(address, step).second);
        } else {
            CHECK(table.take(address).has_value() == (map.erase(address) == 1));
        }
        REQUIRE(table.size() == map.size());
    }
    for (const auto& [address, step] : map) CHECK(table.find(address)->value() == step);
}
