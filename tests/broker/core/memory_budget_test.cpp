#include "broker/core/memory_budget.hpp"

#include <doctest/doctest.h>

using namespace trunkline::broker;

TEST_CASE("memory budget: stages set in one after the other, and several at once") {
    MemoryBudget budget(1000);
    CHECK_FALSE(budget.rises_to(749));
    CHECK(budget.rises_to(750));
    CHECK(budget.pressure() == Pressure::refusing);
    CHECK_FALSE(budget.rises_to(799));
    CHECK(budget.rises_to(800));
    CHECK(budget.pressure() == Pressure::holding);
    CHECK(budget.rises_to(850));
    CHECK(budget.pressure() == Pressure::dropping);
    CHECK(budget.rises_to(900));
    CHECK(budget.pressure() == Pressure::full);
    CHECK_FALSE(budget.rises_to(5000));
    MemoryBudget other(1000);
    CHECK(other.rises_to(1000));
    CHECK(other.pressure() == Pressure::full);
    CHECK(other.is(Pressure::refusing));
}

TEST_CASE("memory budget: a stage ends below where it set in") {
    MemoryBudget budget(1000);
    CHECK(budget.rises_to(900));
    CHECK_FALSE(budget.falls_to(860));
    CHECK(budget.falls_to(849));
    CHECK(budget.pressure() == Pressure::dropping);
    CHECK_FALSE(budget.rises_to(849));
    CHECK(budget.falls_to(0));
    CHECK(budget.pressure() == Pressure::none);
    CHECK_FALSE(budget.falls_to(0));
}

TEST_CASE("memory budget: without a limit there is no pressure") {
    MemoryBudget budget(0);
    CHECK_FALSE(budget.is_set());
    CHECK_FALSE(budget.rises_to(~std::size_t{0}));
    CHECK_FALSE(budget.falls_to(0));
    CHECK_FALSE(budget.is(Pressure::refusing));
}
