#include "simulator/scenario/suggestion.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using trunkline::sim::reading::suggestion;

TEST_CASE("a refusal ends with the near name, or else with those that there are") {
    constexpr std::array<std::string_view, 3> names = {"delay", "loss", "jitter"};
    CHECK(suggestion("dealy", names) == "; did you mean \"delay\"?");
    CHECK(suggestion("bandwidth", names) == "; \"delay\", \"loss\" and \"jitter\" are available");
    CHECK(suggestion("bandwidth", std::span(names).first(1)) == "; \"delay\" is available");
    CHECK(suggestion("bandwidth", {}) == "");
}

TEST_CASE("at most eight names are listed") {
    const std::vector<std::string_view> names = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    CHECK(suggestion("xyz", names) ==
          "; \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\" and 1 more are available");
}
