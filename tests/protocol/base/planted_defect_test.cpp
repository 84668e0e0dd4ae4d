#include "protocol/base/planted_defect.hpp"

#include <doctest/doctest.h>

using namespace trunkline;

namespace {

enum class Promise : std::uint8_t { kept, broken };

}  // namespace

TEST_CASE("a planted defect strikes at every so-manieth occasion of its own promise, and no other") {
    PlantedDefect<Promise> defect(Promise::broken, 3);
    for (int round = 0; round < 2; ++round) {
        CHECK(!defect.strikes(Promise::broken));
        CHECK(!defect.strikes(Promise::kept));
        CHECK(!defect.strikes(Promise::broken));
        CHECK(defect.strikes(Promise::broken));
    }
}

TEST_CASE("a planted defect remembers what it did") {
    PlantedDefect<Promise> defect(Promise::broken, 1);
    CHECK(defect.lapses().empty());
    defect.note("m", "line/a", as_byte_view("7"), Instant(std::chrono::seconds(5)));
    REQUIRE(defect.lapses().size() == 1);
    CHECK(defect.lapses()[0].at == Instant(std::chrono::seconds(5)));
    CHECK(defect.lapses()[0].client_id == "m");
    CHECK(defect.lapses()[0].topic == "line/a");
    CHECK(defect.lapses()[0].payload == "7");
}
