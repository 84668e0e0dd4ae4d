#include "simulator/report/history_charts.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "simulator/plan/durations.hpp"
#include "simulator/report/chart.hpp"
#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

double real(std::uint64_t count) { return static_cast<double>(count); }

/// No value where nothing was delivered.
double latency_of(const HistoryStep& step, Duration latency) {
    if (step.delivered == 0) return std::numeric_limits<double>::quiet_NaN();
    return std::round(seconds(latency) * 1e4) / 1e4;
}

double age_of(Duration age) {
    if (age == Duration::zero()) return std::numeric_limits<double>::quiet_NaN();
    return std::round(seconds(age) * 1e2) / 1e2;
}

/// The charts of one history, all over the same steps and faults.
class Charts {
public:
    Charts(const Scenario& scenario, const History& history) : scenario_(scenario), history_(history) {
        for (const FaultPlan& fault : scenario.faults) bands_.push_back({fault.id, fault.at, fault.ends()});
    }

    Chart readings() const {
        return chart(
            "Readings in " + duration_text(history_.step),
            {counts("offered", "c1", &HistoryStep::offered), counts("delivered", "c3", &HistoryStep::delivered),
             counts("duplicates", "c2", &HistoryStep::duplicates)});
    }
    Chart latency() const {
        const auto p50 = [](const HistoryStep& step) { return latency_of(step, step.latency_p50); };
        const auto p99 = [](const HistoryStep& step) { return latency_of(step, step.latency_p99); };
        Chart chart = this->chart("Latency since a reading was due, in seconds",
                                  {series("p99", "c4", p99), series("p50", "c1", p50)});
        chart.unit = " s";
        // A healthy link and an outage are four powers of ten apart.
        chart.scale = Scale::logarithmic;
        return chart;
    }
    Chart connected() const { return chart("Connected sensors", {counts("connected", "c1", &HistoryStep::connected)}); }
    Chart waiting() const {
        return chart("Acknowledged, on their way to subscribers (worst moment)",
                     {counts("waiting", "c5", &HistoryStep::waiting_most)});
    }
    Chart losses() const {
        Chart chart = this->chart("Not delivered, by when offered", {});
        // A run has few of the causes: colours are dealt to those that it has.
        constexpr const char* colours[] = {"c6", "c2", "c1", "c5", "c7", "c3", "c4", "c8", "c9"};
        for (std::size_t at = 0; at < loss_cause_count; ++at) {
            const auto lost = [at](const HistoryStep& step) { return real(step.causes[at]); };
            Series one =
                series(words_of(static_cast<LossCause>(at)), colours[chart.series.size() % std::size(colours)], lost);
            const bool any =
                std::any_of(one.values.begin(), one.values.end(), [](double value) { return value > 0.0; });
            if (any) chart.series.push_back(std::move(one));
        }
        if (chart.series.empty())
            chart.series.push_back(series("nothing was lost", "c3", [](const HistoryStep&) { return 0.0; }));
        return chart;
    }
    /// Who held the wills takes part in virtual runs only.
    Chart wills() const {
        Series wills = counts("wills, for each subscriber", "c4", &HistoryStep::wills);
        if (scenario_.clock == ClockMode::real_time) return chart("Wills at subscribers", {std::move(wills)});
        return chart("Devices with a will that were taken for lost, and their wills",
                     {counts("taken for lost", "c8", &HistoryStep::deaths), std::move(wills)});
    }
    Chart age() const {
        const auto p50 = [](const HistoryStep& step) { return age_of(step.age_p50); };
        const auto p99 = [](const HistoryStep& step) { return age_of(step.age_p99); };
        Chart chart = this->chart("Age of what subscribers know of a sensor, in seconds",
                                  {series("p99", "c4", p99), series("p50", "c1", p50)});
        chart.unit = " s";
        chart.scale = Scale::logarithmic;
        return chart;
    }
    bool has_wills() const {
        return std::any_of(scenario_.sensors.begin(), scenario_.sensors.end(),
                           [](const SensorPlan& sensor) { return sensor.will.has_value(); });
    }

private:
    Chart chart(const std::string& title, std::vector<Series> series) const {
        return {title, "", history_.step, std::move(series), bands_, Scale::linear};
    }
    template <typename Figure>
    Series series(const std::string& name, const char* colour, Figure figure) const {
        Series series{name, colour, {}};
        for (const HistoryStep& step : history_.steps) series.values.push_back(figure(step));
        return series;
    }
    Series counts(const char* name, const char* colour, std::uint64_t HistoryStep::*count) const {
        return series(name, colour, [count](const HistoryStep& step) { return real(step.*count); });
    }

    const Scenario& scenario_;
    const History& history_;
    std::vector<Band> bands_;
};

}  // namespace

std::string words_of(LossCause cause) {
    std::string words(name_of(cause));
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

std::string history_charts(const Scenario& scenario, const History& history) {
    const Charts charts(scenario, history);
    std::string text = "<section><h2>Over time</h2>\n<div class=\"charts\">\n" + line_chart(charts.readings()) +
                       stacked_chart(charts.losses()) + line_chart(charts.latency()) + line_chart(charts.waiting()) +
                       line_chart(charts.connected()) + line_chart(charts.age());
    if (charts.has_wills()) text += line_chart(charts.wills());
    return text + "</div></section>\n";
}

}  // namespace trunkline::sim
