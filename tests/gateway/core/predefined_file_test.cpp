#include "gateway/core/predefined_file.hpp"

#include <doctest/doctest.h>

#include <string>

namespace trunkline::gateway {

TEST_CASE("predefined file: lines of Paho's gateway, for one sensor or for all") {
    const auto file = PredefinedFile::parse("# ids\n*, station/7/pressure, 7\n ps-117 , own/topic, with/comma , 8\n");
    REQUIRE(file);
    REQUIRE(file->topics.size() == 2);
    CHECK(file->topics[0].id == mqttsn::TopicId{7});
    CHECK(file->topics[0].topic == "station/7/pressure");
    CHECK(file->topics[0].client_id.empty());
    CHECK(file->topics[1].id == mqttsn::TopicId{8});
    CHECK(file->topics[1].topic == "own/topic, with/comma");
    CHECK(file->topics[1].client_id == "ps-117");
}

TEST_CASE("predefined file: the same id may be one thing for all and another for one, but not twice the same") {
    CHECK(PredefinedFile::parse("*,a,7\nps-1,b,7\nps-2,b,7\n"));
    const auto twice = PredefinedFile::parse("*,a,7\nps-1,b,7\n*,c,7\n");
    REQUIRE_FALSE(twice);
    CHECK(twice.error().line == 3);
}

TEST_CASE("predefined file: what cannot be meant is named with its line") {
    for (const char* line : {"7", "ps-1,a", ",a,7", "*,,7", "*,a,0", "*,a,65535", "*,a,x", "*,a,", "*,a/+,7", "*,a/#,7",
                             "*,\xff,7", "\xff,a,7", "*,a,70000"}) {
        const auto file = PredefinedFile::parse("*,good,1\n" + std::string(line));
        CAPTURE(line);
        REQUIRE_FALSE(file);
        CHECK(file.error().line == 2);
        CHECK_FALSE(file.error().reason.empty());
    }
    CHECK(PredefinedFile::parse("*,a,65534"));
    CHECK(PredefinedFile::parse(""));
}

}  // namespace trunkline::gateway
