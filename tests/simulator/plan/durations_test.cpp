#include "simulator/plan/durations.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("a duration is whole numbers with units, larger ones first") {
    CHECK(parse_duration("90s").value() == 90s);
    CHECK(parse_duration("10m").value() == 10min);
    CHECK(parse_duration("1h30m").value() == 90min);
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(parse_duration("1d2h3m4s5ms6us7ns").value() == 24h + 2h + 3min + 4s + 5ms + 6us + 7ns);
    CHECK(parse_duration("0").value() == 0s);
    CHECK(parse_duration("0s").value() == 0s);
}

TEST_CASE("what is no duration says why") {
    const auto why = [](std::string_view text) { return parse_duration(text).error().text; };
    CHECK(why("") == "it is empty");
    CHECK(why("90") == "it has no unit (ns, us, ms, s, m, h, d)");
    CHECK(why("90sec") == "\"sec\" is no unit (ns, us, ms, s, m, h, d)");
    CHECK(why("1.5s") == "it has a fraction; take the next smaller unit, as in \"1500ms\"");
    CHECK(why("s") == "a whole number must stand before each unit");
    CHECK(why("-5s") == "a whole number must stand before each unit");
    CHECK(why("5s1m") == "larger units come first, each at most once");
    CHECK(why("5s5s") == "larger units come first, each at most once");
    CHECK(why("5 s") == "\" s\" is no unit (ns, us, ms, s, m, h, d)");
}

TEST_CASE("a duration is at most 100 years") {
    CHECK(parse_duration("36525d").value() == 24h * 36525);
    CHECK(!parse_duration("36525d1ns").has_value());
    CHECK(!parse_duration("36526d").has_value());
    CHECK(!parse_duration("99999999999999999999s").has_value());
    CHECK(!parse_duration("9223372036854775807ns1ns").has_value());
}

TEST_CASE("a duration in text reads back as the same") {
    CHECK(duration_text(90min) == "1h30m");
    CHECK(duration_text(0s) == "0s");
    CHECK(duration_text(250ms) == "250ms");
    CHECK(duration_text(-90s) == "-1m30s");
    for (const Duration each : {Duration(1ns), Duration(61s), Duration(25h + 1us)})
        CHECK(parse_duration(duration_text(each)).value() == each);
}

TEST_CASE("a moment of the run is hours, minutes, seconds and milliseconds") {
    CHECK(clock_text(Instant{}) == "00:00:00.000");
    CHECK(clock_text(Instant(1h + 2min + 3s + 4ms + 999us)) == "01:02:03.004");
    CHECK(clock_text(Instant(100h)) == "100:00:00.000");
    CHECK(clock_text(Instant(-1500ms)) == "-00:00:01.500");
}
