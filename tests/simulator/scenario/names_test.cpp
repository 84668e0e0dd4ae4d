#include "simulator/scenario/names.hpp"

#include <doctest/doctest.h>

using trunkline::sim::reading::glob_matches;

TEST_CASE("in a glob * stands for any run of characters and ? for one") {
    CHECK(glob_matches("*", ""));
    CHECK(glob_matches("*", "PT@PS-1-1"));
    CHECK(glob_matches("PT@PS-?-*", "PT@PS-1-12"));
    CHECK(!glob_matches("PT@PS-?-*", "PT@PS-12-1"));
    CHECK(glob_matches("a*b*c", "aXbYbZc"));
    CHECK(!glob_matches("a*b*c", "aXbYbZ"));
    CHECK(glob_matches("", ""));
    CHECK(!glob_matches("", "a"));
    CHECK(!glob_matches("?", ""));
    CHECK(glob_matches("PS-1", "PS-1"));
    CHECK(!glob_matches("PS-1", "PS-10"));
    CHECK(glob_matches("**a**", "bab"));
}
