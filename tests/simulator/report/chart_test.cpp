#include "simulator/report/chart.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("ticks are 1, 2 or 5 times a power of ten, and few") {
    CHECK(tick_step(4.0, 4) == 1.0);
    CHECK(tick_step(4.1, 4) == 2.0);
    CHECK(tick_step(100.0, 4) == 50.0);
    CHECK(tick_step(30'000.0, 4) == 10'000.0);
    CHECK(tick_step(0.3, 4) == doctest::Approx(0.1));
    CHECK(tick_step(0.0, 4) > 0.0);
}

TEST_CASE("what stands in a page is escaped") { CHECK(escaped("a<b & \"c\">") == "a&lt;b &amp; &quot;c&quot;&gt;"); }

TEST_CASE("a line stops where there is no value and goes on behind") {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const std::string svg = line_chart({"t", "", 1s, {{"s", "c1", {1.0, none, 1.0, 1.0}}}});
    const std::size_t path = svg.find("class=\"line c1\"");
    REQUIRE(path != std::string::npos);
    const std::string drawn = svg.substr(path, svg.find("/>", path) - path);
    CHECK(std::count(drawn.begin(), drawn.end(), 'M') == 2);
}

TEST_CASE("a chart without steps is empty, not broken") {
    CHECK(line_chart({"t", "", 1s, {}}).find("<svg") != std::string::npos);
    CHECK(stacked_chart({"t", "", 1s, {{"s", "c1", {}}}}).find("<svg") != std::string::npos);
}

TEST_CASE("a stack has a bar for each value above zero") {
    const std::string svg = stacked_chart({"t", "", 1s, {{"a", "c1", {1.0, 0.0}}, {"b", "c2", {2.0, 3.0}}}});
    std::size_t bars = 0;
    for (std::size_t at = svg.find("class=\"bar"); at != std::string::npos; at = svg.find("class=\"bar", at + 1))
        ++bars;
    CHECK(bars == 3);
}

TEST_CASE("on a logarithmic scale ticks are powers of ten, and each is as far from the next") {
    Chart chart{"t", " ms", 1s, {{"s", "c1", {40.0, 9'000.0}}}};
    chart.scale = Scale::logarithmic;
    const std::string svg = line_chart(chart);
    for (const char* tick : {">10</text>", ">100</text>", ">1,000</text>", ">10,000</text>"}) {
        CAPTURE(tick);
        CHECK(svg.find(tick) != std::string::npos);
    }
    CHECK(svg.find(">0</text>") == std::string::npos);
}

TEST_CASE("a logarithmic scale without a value is an empty linear one") {
    Chart chart{"t", "", 1s, {{"s", "c1", {std::numeric_limits<double>::quiet_NaN(), 0.0}}}};
    chart.scale = Scale::logarithmic;
    CHECK(line_chart(chart).find(">0</text>") != std::string::npos);
    CHECK(line_chart(chart).find("nan") == std::string::npos);
}

TEST_CASE("bands are numbered from left to right, those that would overlap together") {
    Chart chart{"t", "", 1s, {{"s", "c1", {1.0, 1.0, 1.0, 1.0}}}};
    chart.bands = {{"F1", 3s, 4s}, {"F2", 0s, 1s}, {"F3", 3s, 9s}};
    const std::string svg = line_chart(chart);
    const std::size_t second = svg.find(">2</text>");
    REQUIRE(second != std::string::npos);
    CHECK(svg.find(">1, 3</text>") > second);
}

TEST_CASE("bands stand behind the lines, even those of a moment, up to the end of the chart") {
    Chart chart{"t", "", 1s, {{"s", "c1", {1.0, 1.0, 1.0, 1.0}}}};
    chart.bands = {{"F1", 1s, 2s}, {"F2", 3s, 3s}, {"F3", 3s, 9s}, {"F4", 4s, 5s}};
    const std::string svg = line_chart(chart);
    CHECK(svg.find(">1</text>") != std::string::npos);
    CHECK(svg.find(">2, 3</text>") != std::string::npos);
    CHECK(svg.find("class=\"band\"") < svg.find("class=\"line"));
    CHECK(svg.find("00:00:01\nF1\ns: 1") != std::string::npos);  // pointed at
}
