#include "simulator/report/json_writer.hpp"

#include <doctest/doctest.h>

#include <limits>

using trunkline::sim::JsonWriter;

TEST_CASE("members and items come out in the order of the calls, two spaces a level") {
    JsonWriter json;
    json.begin_object().member("b", std::uint64_t{1}).member("a", true).key("list").begin_list();
    json.value(0.5).null().begin_object().end().end().end();
    CHECK(json.take() == "{\n  \"b\": 1,\n  \"a\": true,\n  \"list\": [\n    0.5,\n    null,\n    {}\n  ]\n}\n");
}

TEST_CASE("numbers are the shortest that read back as the same") {
    JsonWriter json;
    json.begin_list().value(0.1).value(600.0).value(1e21).value(1.0 / 3.0);
    json.value(std::numeric_limits<std::uint64_t>::max()).value(std::numeric_limits<double>::infinity()).end();
    CHECK(json.take() == "[\n  0.1,\n  600,\n  1e+21,\n  0.3333333333333333,\n  18446744073709551615,\n  null\n]\n");
}

TEST_CASE("quotes, backslashes and control characters are escaped, everything else stands as it is") {
    JsonWriter json;
    json.value("a\"b\\c\n\x01 µ");
    CHECK(json.take() == "\"a\\\"b\\\\c\\u000a\\u0001 µ\"\n");
}

TEST_CASE("a row stands on one line, also within what does not") {
    JsonWriter json;
    json.begin_object();
    json.key("a").begin_row().value(std::uint64_t{1}).value(2.5).null().end();
    json.key("b").begin_row().end();
    json.end();
    CHECK(json.take() == "{\n  \"a\": [1, 2.5, null],\n  \"b\": []\n}\n");
}
