#include "simulator/report/chart.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "simulator/plan/durations.hpp"
#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

using namespace std::chrono_literals;

// The drawing's own units; the page scales it.
constexpr double width = 720.0;
constexpr double height = 226.0;
constexpr double left = 64.0;
constexpr double right = 12.0;
constexpr double top = 18.0;
constexpr double bottom = 26.0;
constexpr int most_ticks = 4;
constexpr std::int64_t most_time_ticks = 8;

std::string number(double value) { return decimal(value, 1); }

/// "30,000", "0.01".
std::string tick_text(double value) {
    return value >= 1000.0 ? grouped(static_cast<std::uint64_t>(value)) : shortest(value);
}

/// The vertical axis: where values lie, and its ticks.
class Axis {
public:
    Axis(double least, double most, Scale scale) : is_logarithmic_(scale == Scale::logarithmic && least > 0.0) {
        if (is_logarithmic_) {
            lowest_ = std::pow(10.0, std::floor(std::log10(least)));
            highest_ = std::max(std::pow(10.0, std::ceil(std::log10(most))), lowest_ * 10.0);
            return;
        }
        tick_ = tick_step(most, most_ticks);
        highest_ = std::max(std::ceil(most / tick_), 1.0) * tick_;
    }

    double y(double value) const {
        const double share =
            is_logarithmic_ ? std::log10(value / lowest_) / std::log10(highest_ / lowest_) : value / highest_;
        return height - bottom - share * (height - top - bottom);
    }
    std::vector<double> ticks() const {
        std::vector<double> values;
        for (double value = lowest_; value <= highest_ * 1.0001; value = is_logarithmic_ ? value * 10.0 : value + tick_)
            values.push_back(std::round(value * 1e6) / 1e6);
        return values;
    }

private:
    bool is_logarithmic_;
    double lowest_ = 0.0;
    double highest_ = 1.0;
    double tick_ = 1.0;  // of a linear axis
};

/// The number of a band, above its left edge.
struct Label {
    double x;
    std::string text;
};

/// From left to right; those that would overlap are written together, as "3, 4".
std::vector<Label> apart(std::vector<Label> labels) {
    constexpr double character_width = 7.0;
    std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.x < b.x; });
    std::vector<Label> kept;
    for (Label& label : labels) {
        const bool overlaps =
            !kept.empty() &&
            label.x < kept.back().x + character_width * static_cast<double>(kept.back().text.size() + 1);
        if (overlaps) kept.back().text += ", " + label.text;
        else kept.push_back(std::move(label));
    }
    return kept;
}

class Canvas {
public:
    Canvas(const Chart& chart, double least, double most) : chart_(chart), axis_(least, most, chart.scale) {}

    std::size_t steps() const { return chart_.series.empty() ? 0 : chart_.series.front().values.size(); }
    double x(double step) const {
        return left + step / static_cast<double>(std::max<std::size_t>(steps(), 1)) * (width - left - right);
    }
    double x(Duration since_start) const {
        return x(static_cast<double>(since_start.count()) / static_cast<double>(chart_.step.count()));
    }
    double y(double value) const { return axis_.y(value); }

    std::string grid() const {
        std::string text;
        for (const double value : axis_.ticks()) {
            text += "<line class=\"grid\" x1=\"" + number(left) + "\" x2=\"" + number(width - right) + "\" y1=\"" +
                    number(y(value)) + "\" y2=\"" + number(y(value)) +
                    "\"/><text class=\"tick\" text-anchor=\"end\" x=\"" + number(left - 6) + "\" y=\"" +
                    number(y(value) + 4) + "\">" + tick_text(value) + "</text>";
        }
        return text + time_ticks() + '\n';
    }

    std::string bands() const {
        std::string text;
        std::vector<Label> labels;
        const Duration length = chart_.step * static_cast<std::int64_t>(steps());
        for (std::size_t at = 0; at < chart_.bands.size(); ++at) {
            const Band& band = chart_.bands[at];
            if (band.from >= length) continue;
            // Wide enough to be seen, however short it is.
            const double from = x(band.from);
            const double band_width = std::max(x(std::min(band.to, length)) - from, 1.5);
            text += "<rect class=\"band\" x=\"" + number(from) + "\" y=\"" + number(top) + "\" width=\"" +
                    number(band_width) + "\" height=\"" + number(height - top - bottom) + "\"/>";
            labels.push_back({from + 2, std::to_string(at + 1)});
        }
        for (const Label& label : apart(std::move(labels))) {
            text += "<text class=\"mark\" x=\"" + number(label.x) + "\" y=\"" + number(top - 2) + "\">" + label.text +
                    "</text>";
        }
        return text + '\n';
    }

    /// Invisible columns that show a step's values when pointed at.
    std::string tooltips() const {
        std::string text;
        for (std::size_t at = 0; at < steps(); ++at) {
            const auto step = static_cast<double>(at);
            text += "<rect class=\"hover\" x=\"" + number(x(step)) + "\" y=\"" + number(top) + "\" width=\"" +
                    number(x(step + 1) - x(step)) + "\" height=\"" + number(height - top - bottom) + "\"><title>" +
                    clock_text(Instant(chart_.step * static_cast<std::int64_t>(at))).substr(0, 8);
            for (const Band& band : chart_.bands) {
                const Duration begins = chart_.step * static_cast<std::int64_t>(at);
                if (band.from < begins + chart_.step && band.to >= begins) text += "\n" + escaped(band.name);
            }
            for (const Series& series : chart_.series) {
                if (std::isfinite(series.values[at]))
                    text += "\n" + escaped(series.name) + ": " + shortest(series.values[at]) + escaped(chart_.unit);
            }
            text += "</title></rect>";
        }
        return text + '\n';
    }

private:
    std::string time_ticks() const {
        constexpr Duration lengths[] = {1s,    5s,    10s, 30s, 1min, 2min, 5min, 10min,
                                        15min, 30min, 1h,  2h,  6h,   12h,  24h,  48h};
        const Duration length = chart_.step * static_cast<std::int64_t>(steps());
        const auto fits = std::find_if(std::begin(lengths), std::end(lengths),
                                       [length](Duration each) { return length / each <= most_time_ticks; });
        const Duration between = fits != std::end(lengths) ? *fits : length / most_time_ticks;
        std::string text;
        for (Duration at{}; at <= length && between > Duration::zero(); at += between) {
            text += "<text class=\"tick\" text-anchor=\"middle\" x=\"" + number(x(at)) + "\" y=\"" +
                    number(height - 8) + "\">" + duration_text(at) + "</text>";
        }
        return text;
    }

    const Chart& chart_;
    Axis axis_;
};

std::string framed(const Chart& chart, const Canvas& canvas, const std::string& drawing) {
    std::string text = "<figure><figcaption>" + escaped(chart.title) + "<span class=\"legend\">";
    for (const Series& series : chart.series)
        text += "<span><i class=\"" + series.colour + "\"></i>" + escaped(series.name) + "</span>";
    text += "</span></figcaption>\n<svg viewBox=\"0 0 " + number(width) + ' ' + number(height) +
            "\" role=\"img\" aria-label=\"" + escaped(chart.title) + "\">" + canvas.bands() + canvas.grid() + drawing +
            canvas.tooltips() + "</svg></figure>\n";
    return text;
}

struct Extremes {
    double least = 0.0;  // above zero; zero: there is none
    double most = 0.0;
};

Extremes extremes_of(const Chart& chart) {
    Extremes extremes;
    for (const Series& series : chart.series) {
        for (const double value : series.values) {
            if (!std::isfinite(value)) continue;
            extremes.most = std::max(extremes.most, value);
            if (value > 0.0) extremes.least = extremes.least > 0.0 ? std::min(extremes.least, value) : value;
        }
    }
    return extremes;
}

double highest_stack(const Chart& chart) {
    double maximum = 0.0;
    const std::size_t steps = chart.series.empty() ? 0 : chart.series.front().values.size();
    for (std::size_t at = 0; at < steps; ++at) {
        double sum = 0.0;
        for (const Series& series : chart.series) sum += series.values[at];
        maximum = std::max(maximum, sum);
    }
    return maximum;
}

}  // namespace

double tick_step(double maximum, int most) {
    double power = 1.0;
    while (power * 10.0 * most < maximum) power *= 10.0;
    while (power * most > maximum * 10.0 && power > 1e-6) power /= 10.0;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (power * factor * most >= maximum) return power * factor;
    }
    return power * 10.0;
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char character : text) {
        if (character == '&') result += "&amp;";
        else if (character == '<') result += "&lt;";
        else if (character == '>') result += "&gt;";
        else if (character == '"') result += "&quot;";
        else result += character;
    }
    return result;
}

std::string line_chart(const Chart& chart) {
    const auto [least, most] = extremes_of(chart);
    const Canvas canvas(chart, least, most);
    std::string drawing;
    for (const Series& series : chart.series) {
        std::string path;
        bool pen_is_down = false;
        for (std::size_t at = 0; at < series.values.size(); ++at) {
            const bool has_value =
                std::isfinite(series.values[at]) && (chart.scale == Scale::linear || series.values[at] > 0.0);
            if (has_value) {
                // A step wide each, so that a value between two gaps is seen too.
                const auto step = static_cast<double>(at);
                const std::string height_text = number(canvas.y(series.values[at]));
                path += (pen_is_down ? 'L' : 'M') + number(canvas.x(step)) + ' ' + height_text + 'L' +
                        number(canvas.x(step + 1)) + ' ' + height_text;
            }
            pen_is_down = has_value;
        }
        drawing += "<path class=\"line " + series.colour + "\" d=\"" + path + "\"/>\n";
    }
    return framed(chart, canvas, drawing);
}

std::string stacked_chart(const Chart& chart) {
    const Canvas canvas(chart, 0.0, highest_stack(chart));
    std::vector<double> base(canvas.steps(), 0.0);
    std::string drawing;
    for (const Series& series : chart.series) {
        for (std::size_t at = 0; at < base.size(); ++at) {
            if (series.values[at] <= 0.0) continue;
            const auto step = static_cast<double>(at);
            const double upper = canvas.y(base[at] + series.values[at]);
            drawing += "<rect class=\"bar " + series.colour + "\" x=\"" + number(canvas.x(step)) + "\" y=\"" +
                       number(upper) + "\" width=\"" + number(canvas.x(step + 1) - canvas.x(step)) + "\" height=\"" +
                       number(canvas.y(base[at]) - upper) + "\"/>";
            base[at] += series.values[at];
        }
    }
    return framed(chart, canvas, drawing + '\n');
}

}  // namespace trunkline::sim
