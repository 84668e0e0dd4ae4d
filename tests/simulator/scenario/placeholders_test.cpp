#include "simulator/scenario/placeholders.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace trunkline::sim::reading;

namespace {

constexpr std::array<Placeholder, 2> known = {{{.name = "station", .text = "PS-1", .number = 0, .is_number = false},
                                               {.name = "n", .text = {}, .number = 7, .is_number = true}}};

std::string error(std::string_view pattern) { return expand(pattern, known).error().text; }

}  // namespace

TEST_CASE("placeholders expand, numbers to a width if one is given") {
    CHECK(expand("line/{station}/pt/{n}", known).value() == "line/PS-1/pt/7");
    CHECK(expand("{n:02}{n:01}{n:03}", known).value() == "077007");
    CHECK(expand("plain", known).value() == "plain");
    CHECK(expand("", known).value() == "");
}

TEST_CASE("a template that does not expand says why") {
    CHECK(error("{m}") == "{m} is no placeholder here; {station} and {n} are");
    CHECK(error("{station:02}") == "{station:02}: a width like {n:02} is wanted, and only for numbers");
    CHECK(error("{n:2}") == "{n:2}: a width like {n:02} is wanted, and only for numbers");
    CHECK(error("{n:00}") == "{n:00}: a width like {n:02} is wanted, and only for numbers");
    CHECK(error("a{n") == "a brace without its partner");
    CHECK(error("a}") == "a brace without its partner");
    CHECK(expand("{n}", {}).error().text == "{n} is no placeholder here; none is available");
}
