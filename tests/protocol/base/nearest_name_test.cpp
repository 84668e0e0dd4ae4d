#include "protocol/base/nearest_name.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace trunkline {

namespace {

constexpr std::array<std::string_view, 4> names{"listen", "data", "durability", "allow_anonymous"};

}  // namespace

TEST_CASE("nearest name: a missing, an additional, a wrong letter and two swapped ones") {
    CHECK(nearest_name("lisen", names) == "listen");
    CHECK(nearest_name("lissten", names) == "listen");
    CHECK(nearest_name("lixten", names) == "listen");
    CHECK(nearest_name("litsen", names) == "listen");
}

TEST_CASE("nearest name: another case and another hyphen are near") {
    CHECK(nearest_name("Listen", names) == "listen");
    CHECK(nearest_name("allow-anonymous", names) == "allow_anonymous");
}

TEST_CASE("nearest name: a third of the letters may differ, in a short word one") {
    CHECK(nearest_name("dtaa", names) == "data");
    CHECK(nearest_name("dxxa", names).empty());
    CHECK(nearest_name("durabxxxty", names) == "durability");
    CHECK(nearest_name("durxxxxity", names).empty());
}

TEST_CASE("nearest name: of equally near ones the first") {
    constexpr std::array<std::string_view, 2> equal{"aab", "aac"};
    CHECK(nearest_name("aad", equal) == "aab");
}

TEST_CASE("nearest name: nothing is near to nothing, or to a very long word") {
    CHECK(nearest_name("listen", {}).empty());
    CHECK(nearest_name("", names).empty());
    CHECK(nearest_name(std::string(65, 'l'), names).empty());
}

}  // namespace trunkline
