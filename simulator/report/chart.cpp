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
constexpr double height = 220.0;
constexpr double left = 52.0;
constexpr double right = 12.0;
constexpr double top = 12.0;
constexpr double bottom = 26.0;
constexpr int most_ticks = 4;
constexpr std::int64_t most_time_ticks = 8;

std::string number(double value) { return decimal(value, 1); }

class Canvas {
public:
    Canvas(const Chart& chart, double maximum)
        : chart_(chart),
          tick_(tick_step(maximum, most_ticks)),
          top_value_(std::max(std::ceil(maximum / tick_), 1.0) * tick_) {}

    std::size_t steps() const { return chart_.series.empty() ? 0 : chart_.series.front().values.size(); }
    double x(double step) const {
        return left + step / static_cast<double>(std::max<std::size_t>(steps(), 1)) * (width - left - right);
    }
    double y(double value) const { return height - bottom - value / top_value_ * (height - top - bottom); }

    std::string grid() const {
        std::string text;
        for (double value = 0.0; value <= top_value_ * 1.0001; value += tick_) {
            text += "<line class=\"grid\" x1=\"" + number(left) + "\" x2=\"" + number(width - right) + "\" y1=\"" +
                    number(y(value)) + "\" y2=\"" + number(y(value)) +
                    "\"/><text class=\"tick\" text-anchor=\"end\" x=\"" + number(left - 6) + "\" y=\"" +
                    number(y(value) + 4) + "\">" + shortest(std::round(value * 1e6) / 1e6) + "</text>";
        }
        return text + time_ticks() + '\n';
    }

    /// Invisible columns that show a step's values when pointed at.
    std::string tooltips() const {
        std::string text;
        for (std::size_t at = 0; at < steps(); ++at) {
            const auto step = static_cast<double>(at);
            text += "<rect class=\"hover\" x=\"" + number(x(step)) + "\" y=\"" + number(top) + "\" width=\"" +
                    number(x(step + 1) - x(step)) + "\" height=\"" + number(height - top - bottom) + "\"><title>" +
                    clock_text(Instant(chart_.step * static_cast<std::int64_t>(at))).substr(0, 8);
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
            const double place = x(static_cast<double>(at.count()) / static_cast<double>(chart_.step.count()));
            text += "<text class=\"tick\" text-anchor=\"middle\" x=\"" + number(place) + "\" y=\"" +
                    number(height - 8) + "\">" + duration_text(at) + "</text>";
        }
        return text;
    }

    const Chart& chart_;
    double tick_;
    double top_value_;
};

std::string framed(const Chart& chart, const Canvas& canvas, const std::string& drawing) {
    std::string text = "<figure><figcaption>" + escaped(chart.title) + "<span class=\"legend\">";
    for (const Series& series : chart.series)
        text += "<span><i class=\"" + series.colour + "\"></i>" + escaped(series.name) + "</span>";
    text += "</span></figcaption>\n<svg viewBox=\"0 0 " + number(width) + ' ' + number(height) +
            "\" role=\"img\" aria-label=\"" + escaped(chart.title) + "\">" + canvas.grid() + drawing +
            canvas.tooltips() + "</svg></figure>\n";
    return text;
}

double highest(const Chart& chart) {
    double maximum = 0.0;
    for (const Series& series : chart.series) {
        for (const double value : series.values) maximum = std::isfinite(value) ? std::max(maximum, value) : maximum;
    }
    return maximum;
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
    const Canvas canvas(chart, highest(chart));
    std::string drawing;
    for (const Series& series : chart.series) {
        std::string path;
        bool pen_is_down = false;
        for (std::size_t at = 0; at < series.values.size(); ++at) {
            const bool has_value = std::isfinite(series.values[at]);
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
    const Canvas canvas(chart, highest_stack(chart));
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
