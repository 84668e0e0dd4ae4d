// compare.html.

#include <cmath>
#include <limits>

#include "simulator/plan/durations.hpp"
#include "simulator/report/chart.hpp"
#include "simulator/report/comparison.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/html_table.hpp"
#include "simulator/report/page.hpp"

namespace trunkline::sim {

namespace {

using ComparedRuns = std::span<const ComparedRun>;

std::string compared_head(const Scenario& scenario, ComparedRuns runs) {
    std::string brokers;
    for (const ComparedRun& run : runs)
        brokers += "<li>" + escaped(run.name) + ", " + escaped(run.url) + ": <b class=\"" +
                   (run.verdict.passed() ? "good\">passed" : "bad\">failed") + "</b></li>\n";
    return "<header><h1>" + escaped(scenario.name) + ": " + std::to_string(runs.size()) +
           " brokers</h1></header>\n<p class=\"about\">the same scenario, seed " + std::to_string(scenario.seed) +
           ", real clock · " + duration_text(scenario.length()) + " with each broker, one after the other</p>\n<ul>\n" +
           brokers + "</ul>\n";
}

std::string sentences(const std::string& title, std::span<const std::string> texts) {
    if (texts.empty()) return {};
    HtmlTable table(1);
    for (const std::string& text : texts) table.row({text});
    return table.text(title);
}

std::string section_table(const Comparison::Section& section, ComparedRuns runs) {
    HtmlTable table(1);
    std::vector<std::string> head = {""};
    for (const ComparedRun& run : runs) head.push_back(run.name);
    table.head(head);
    for (const Comparison::Row& row : section.rows) {
        std::vector<HtmlTable::Cell> cells = {{row.label, ""}};
        for (std::size_t at = 0; at < row.cells.size(); ++at) {
            const bool fails = !row.fails.empty() && row.fails[at];
            cells.push_back({row.cells[at], fails ? "bad" : ""});
        }
        table.coloured_row(cells);
    }
    return table.text(section.title);
}

/// One line for each broker.
template <typename Figure>
Chart chart_of(const std::string& title, const Scenario& scenario, ComparedRuns runs, Figure figure) {
    constexpr const char* colours[] = {"c1", "c4", "c3", "c2", "c5", "c6", "c7", "c8", "c9"};
    Chart chart;
    chart.title = title;
    chart.step = runs.front().verdict.history.step;
    for (const ComparedRun& run : runs) {
        Series series{run.name, colours[chart.series.size() % std::size(colours)], {}};
        for (const HistoryStep& step : run.verdict.history.steps) series.values.push_back(figure(step));
        chart.series.push_back(std::move(series));
    }
    for (const FaultPlan& fault : scenario.faults) chart.bands.push_back({fault.id, fault.at, fault.ends()});
    return chart;
}

double p99_of(const HistoryStep& step) {
    if (step.delivered == 0) return std::numeric_limits<double>::quiet_NaN();
    return std::round(seconds(step.latency_p99) * 1e4) / 1e4;
}

std::string charts(const Scenario& scenario, ComparedRuns runs) {
    Chart latency = chart_of("Latency p99 since a reading was due, in seconds", scenario, runs, p99_of);
    latency.unit = " s";
    latency.scale = Scale::logarithmic;
    const auto count = [](std::uint64_t HistoryStep::*member) {
        return [member](const HistoryStep& step) { return static_cast<double>(step.*member); };
    };
    const std::string each = duration_text(runs.front().verdict.history.step);
    return "<section><h2>Over time</h2>\n<div class=\"charts\">\n" +
           line_chart(chart_of("Delivered in " + each, scenario, runs, count(&HistoryStep::delivered))) +
           line_chart(latency) +
           line_chart(chart_of("Waiting for subscribers", scenario, runs, count(&HistoryStep::waiting_most))) +
           line_chart(chart_of("Connected sensors", scenario, runs, count(&HistoryStep::connected))) +
           "</div></section>\n";
}

}  // namespace

std::string comparison_html(const Scenario& scenario, ComparedRuns runs, std::span<const std::string> notes) {
    const Comparison comparison = comparison_of(scenario, runs);
    std::string body = compared_head(scenario, runs) + sentences("What was done otherwise", notes);
    body += section_table(comparison.sections.front(), runs) + sentences("What broke", comparison.breakages);
    body += charts(scenario, runs);
    for (std::size_t at = 1; at < comparison.sections.size(); ++at)
        body += section_table(comparison.sections[at], runs);
    return page(scenario.name + " · " + std::to_string(runs.size()) + " brokers", body);
}

}  // namespace trunkline::sim
