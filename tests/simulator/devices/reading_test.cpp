#include "simulator/devices/reading.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace trunkline::sim;

namespace {

std::string text_of(const Reading& reading) { return std::string(EncodedReading(reading).text()); }

}  // namespace

TEST_CASE("a reading is compact JSON in a fixed order") {
    CHECK(text_of({12, 34'000, 62'013, "bar"}) == R"({"n":12,"t":34000,"v":62.013,"u":"bar"})");
}

TEST_CASE("a value has as many decimals as it needs, up to three") {
    CHECK(text_of({1, 0, 62'000, "bar"}) == R"({"n":1,"t":0,"v":62,"u":"bar"})");
    CHECK(text_of({1, 0, 62'500, "bar"}) == R"({"n":1,"t":0,"v":62.5,"u":"bar"})");
    CHECK(text_of({1, 0, 62'010, "bar"}) == R"({"n":1,"t":0,"v":62.01,"u":"bar"})");
    CHECK(text_of({1, 0, -1'050, "V"}) == R"({"n":1,"t":0,"v":-1.05,"u":"V"})");
    CHECK(text_of({1, 0, -1, "V"}) == R"({"n":1,"t":0,"v":-0.001,"u":"V"})");
    CHECK(text_of({1, 0, 0, ""}) == R"({"n":1,"t":0,"v":0,"u":""})");
}

TEST_CASE("what is encoded is parsed back, also at the ends of the ranges") {
    constexpr std::int64_t large = 9'000'000'000'000'000;
    for (const Reading& reading :
         {Reading{1, 0, 0, "bar"}, Reading{7, 600'000, 62'013, "°C"}, Reading{8, 1, -1, "V"},
          Reading{9, 1, 999, "m3/h"}, Reading{10, 1, large + 1, ""}, Reading{11, 1, -large, ""},
          Reading{std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::int64_t>::max(), -62'013,
                  "123456789012345678901234"}}) {
        const std::string text = text_of(reading);
        CAPTURE(text);
        CHECK(parse_reading(text) == reading);
    }
}

TEST_CASE("what we would have written otherwise is not a reading of ours") {
    for (const char* text : {
             "",
             "{}",
             "62.013",
             R"({"n":12,"t":34000,"v":62.013,"u":"bar"} )",
             R"( {"n":12,"t":34000,"v":62.013,"u":"bar"})",
             R"({"n":12, "t":34000,"v":62.013,"u":"bar"})",
             R"({"t":34000,"n":12,"v":62.013,"u":"bar"})",
             R"({"n":12,"t":34000,"v":62.013,"u":"bar")",
             R"({"n":12,"t":34000,"v":62.013,"u":"bar","x":1})",
             R"({"n":012,"t":34000,"v":62.013,"u":"bar"})",
             R"({"n":-1,"t":34000,"v":62.013,"u":"bar"})",
             R"({"n":+1,"t":34000,"v":62.013,"u":"bar"})",
             R"({"n":1,"t":-1,"v":62.013,"u":"bar"})",
             R"({"n":12,"t":34000,"v":62.010,"u":"bar"})",
             R"({"n":12,"t":34000,"v":62.,"u":"bar"})",
             R"({"n":12,"t":34000,"v":.5,"u":"bar"})",
             R"({"n":12,"t":34000,"v":62.0131,"u":"bar"})",
             R"({"n":12,"t":34000,"v":-0,"u":"bar"})",
             R"({"n":12,"t":34000,"v":1e3,"u":"bar"})",
             R"({"n":12,"t":34000,"v":null,"u":"bar"})",
             R"({"n":99999999999999999999,"t":34000,"v":62.013,"u":"bar"})",
             R"({"n":12,"t":34000,"v":99999999999999999.5,"u":"bar"})",
             R"({"n":12,"t":34000,"v":62.013,"u":"b\"r"})",
             R"({"n":12,"t":34000,"v":62.013,"u":"b\\r"})",
             R"({"n":12,"t":34000,"v":62.013,"u":"1234567890123456789012345"})",
         }) {
        CAPTURE(text);
        CHECK(!parse_reading(text));
    }
}

TEST_CASE("a unit is plain when it needs no escapes and fits") {
    CHECK(is_plain_unit(""));
    CHECK(is_plain_unit("degC"));
    CHECK(is_plain_unit("123456789012345678901234"));
    CHECK(!is_plain_unit("1234567890123456789012345"));
    CHECK(!is_plain_unit("b\"r"));
    CHECK(!is_plain_unit("b\\r"));
    CHECK(!is_plain_unit("b\nr"));
}

TEST_CASE("a reading may have a state instead of a number") {
    Reading reading{.sequence = 17, .milliseconds = 255'000, .thousandths = 0, .unit = "", .state = "closed"};
    const EncodedReading encoded(reading);
    CHECK(encoded.text() == R"({"n":17,"t":255000,"v":"closed","u":""})");
    CHECK(parse_reading(encoded.text()) == reading);
    CHECK(!parse_reading(R"({"n":17,"t":255000,"v":"","u":""})"));
    CHECK(!parse_reading(R"({"n":17,"t":255000,"v":"closed,"u":""})"));
    CHECK(!parse_reading(R"({"n":17,"t":255000,"v":"a\\b","u":""})"));
}

TEST_CASE("the value of a reading is what its text shows") {
    CHECK(value_shown_in(R"({"n":17,"t":255000,"v":"closed","u":""})") == "closed");
    CHECK(value_shown_in(R"({"n":17,"t":255000,"v":-62.018,"u":"bar"})") == "-62.018");
    CHECK(!value_shown_in("closed"));
}
