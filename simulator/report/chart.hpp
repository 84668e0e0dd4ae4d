#pragma once
// Charts over the time of a run, as SVG that stands in a page: no script, no font, no network.

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// One line, or one colour of a stack. `value` in the legend's order; not finite: no value in that step.
struct Series {
    std::string name;
    std::string colour;  // a class of the page's style: "c1" … "c9"
    std::vector<double> values;
};

/// A span of time that is marked behind the lines, with its number from 1; one without length is a line.
struct Band {
    std::string name;
    Duration from{};
    Duration to{};
};

enum class Scale { linear, logarithmic };

/// All series have a value for each step. Values are at least 0; a logarithmic scale has no place for 0.
struct Chart {
    std::string title;
    std::string unit;  // behind values in tooltips: " ms"
    Duration step{};
    std::vector<Series> series;
    std::vector<Band> bands = {};
    Scale scale = Scale::linear;
};

/// Lines, each with a legend entry; hovering over a step shows its values.
std::string line_chart(const Chart& chart);
/// The series on top of each other, the first one lowest.
std::string stacked_chart(const Chart& chart);

/// A step between ticks of the form 1, 2 or 5 times a power of ten, so that at most `most` of them reach `maximum`.
double tick_step(double maximum, int most);
/// Text in a page: &, <, > and quotes escaped.
std::string escaped(std::string_view text);

}  // namespace trunkline::sim
