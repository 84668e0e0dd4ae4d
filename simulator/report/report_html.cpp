#include "simulator/report/report_html.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "simulator/plan/durations.hpp"
#include "simulator/report/chart.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/page_style.hpp"
#include "simulator/report/percentiles.hpp"

namespace trunkline::sim {

namespace {

/// "replaced by newer".
std::string words_of(LossCause cause) {
    std::string words(name_of(cause));
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

std::string counted(std::size_t count, const std::string& noun) {
    return grouped(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string tile(const std::string& value, const std::string& what) {
    return "<div class=\"tile\"><b>" + escaped(value) + "</b><span>" + escaped(what) + "</span></div>\n";
}

std::string head(const Scenario& scenario, const Verdict& verdict) {
    const bool passed = verdict.passed();
    return "<header><h1>" + escaped(scenario.name) + "</h1><span class=\"badge " +
           (passed ? "good\">passed" : "bad\">failed") + "</span></header>\n<p class=\"about\">seed " +
           std::to_string(scenario.seed) + " · " + (scenario.clock == ClockMode::virtual_time ? "virtual" : "real") +
           " clock · " + clock_text(verdict.ended_at).substr(0, clock_text(verdict.ended_at).size() - 4) + " · " +
           counted(scenario.sensors.size(), "sensor") + ", " + counted(scenario.gateways.size(), "gateway") + ", " +
           counted(scenario.actors.size(), "subscriber") + "</p>\n";
}

std::string tiles(const Verdict& verdict) {
    Ledger sum;
    LogHistogram latency;
    for (const GroupLedger& row : verdict.ledgers) sum += row.ledger;
    for (const ActorFigures& actor : verdict.actors) latency.add(actor.from_intended);
    const SensorFigures& sensors = verdict.sensors;
    return "<div class=\"tiles\">\n" + tile(grouped(sensors.offered), "readings offered") +
           tile(share(sensors.acknowledged, sensors.offered), "acknowledged") +
           tile(share(sum.delivered, sum.offered), "of what is owed delivered") +
           tile(grouped(sum.duplicates), "duplicates") +
           tile(latency_text(latency.percentile(50'000)), "median latency") +
           tile(latency_text(latency.percentile(99'000)), "latency p99") +
           tile(grouped(verdict.violation_count), "broken promises") + "</div>\n";
}

template <typename Figure>
Series series_of(const History& history, const char* name, const char* colour, Figure figure) {
    Series series{name, colour, {}};
    for (const HistoryStep& step : history.steps) series.values.push_back(figure(step));
    return series;
}

double real(std::uint64_t count) { return static_cast<double>(count); }

/// Milliseconds; no value where nothing was delivered.
double latency_of(const HistoryStep& step, Duration latency) {
    if (step.delivered == 0) return std::numeric_limits<double>::quiet_NaN();
    return std::round(std::chrono::duration<double, std::milli>(latency).count() * 10.0) / 10.0;
}

Chart losses(const History& history) {
    Chart chart{"Not delivered, by when offered", "", history.step, {}};
    // A run has few of the causes: colours are dealt to those that it has.
    constexpr const char* colours[] = {"c6", "c2", "c1", "c5", "c7", "c3", "c4"};
    for (std::size_t at = 0; at < loss_cause_count; ++at) {
        const auto cause = static_cast<LossCause>(at);
        Series series = series_of(history, "", colours[chart.series.size() % std::size(colours)],
                                  [at](const HistoryStep& step) { return real(step.causes[at]); });
        series.name = words_of(cause);
        bool any = false;
        for (const double value : series.values) any = any || value > 0.0;
        if (any) chart.series.push_back(std::move(series));
    }
    if (chart.series.empty())
        chart.series.push_back(series_of(history, "nothing was lost", "c3", [](const HistoryStep&) { return 0.0; }));
    return chart;
}

std::string charts(const History& history) {
    const Chart readings{
        "Readings in " + duration_text(history.step),
        "",
        history.step,
        {series_of(history, "offered", "c1", [](const HistoryStep& step) { return real(step.offered); }),
         series_of(history, "delivered", "c3", [](const HistoryStep& step) { return real(step.delivered); }),
         series_of(history, "duplicates", "c2", [](const HistoryStep& step) { return real(step.duplicates); })}};
    const Chart latency{
        "Latency since a reading was due, ms",
        " ms",
        history.step,
        {series_of(history, "p99", "c4", [](const HistoryStep& step) { return latency_of(step, step.latency_p99); }),
         series_of(history, "p50", "c1", [](const HistoryStep& step) { return latency_of(step, step.latency_p50); })}};
    const Chart connected{
        "Connected sensors", "", history.step, {series_of(history, "connected", "c1", [](const HistoryStep& step) {
            return real(step.connected);
        })}};
    return "<h2>Over time</h2>\n<div class=\"charts\">\n" + line_chart(readings) + line_chart(latency) +
           line_chart(connected) + stacked_chart(losses(history)) + "</div>\n";
}

class HtmlTable {
public:
    explicit HtmlTable(std::size_t text_columns) : text_columns_(text_columns) {}
    void row(const std::vector<std::string>& cells, const char* tag = "td", const char* colour = "") {
        rows_ += "<tr>";
        for (std::size_t at = 0; at < cells.size(); ++at) {
            const std::string classes = std::string(at < text_columns_ ? "text " : "") + colour;
            rows_ += std::string("<") + tag + " class=\"" + classes + "\">" + escaped(cells[at]) + "</" + tag + '>';
        }
        rows_ += "</tr>\n";
    }
    std::string text(const std::string& title) const {
        return "<h2>" + escaped(title) + "</h2>\n<div class=\"table\"><table>\n" + rows_ + "</table></div>\n";
    }

private:
    std::size_t text_columns_;
    std::string rows_;
};

std::string bounds_of(const Measure& measure) {
    if (measure.expected)
        return "formula " + decimal(*measure.expected, 6) + " within " + decimal(measure.from.value_or(0.0), 6) +
               " to " + decimal(measure.to.value_or(1.0), 6);
    if (measure.from) return "at least " + shortest(*measure.from);
    return measure.to ? "at most " + shortest(*measure.to) : "";
}

std::string expectations_table(const Verdict& verdict) {
    if (verdict.expectations.empty()) return {};
    HtmlTable table(3);
    table.row({"expectation", "kind", "", "measured", "wanted"}, "th");
    for (const ExpectationResult& expectation : verdict.expectations) {
        std::string id = expectation.id;
        std::string kind(name_of(expectation.kind));
        for (const Measure& measure : expectation.measures) {
            const std::string measured = measure.expected ? decimal(measure.measured, 6) : shortest(measure.measured);
            table.row({id, kind, measure.name, measured, bounds_of(measure)}, "td", measure.holds ? "" : "bad");
            id.clear();
            kind.clear();
        }
    }
    return table.text("Expectations");
}

std::string violations_table(const Verdict& verdict) {
    if (verdict.violations.empty()) return {};
    HtmlTable table(2);
    table.row({"when", "what"}, "th");
    for (const Violation& violation : verdict.violations) table.row({clock_text(violation.at), violation.text});
    return table.text("Broken promises: " + grouped(verdict.violation_count));
}

std::string ledger_table(const Scenario& scenario, const Verdict& verdict) {
    HtmlTable table(2);
    std::vector<std::string> names = {"sensors", "to", "number", "offered", "delivered", "", "duplicates"};
    // Causes that did not occur would only make the table wide; report.json has them all.
    std::vector<LossCause> occurred;
    for (std::size_t at = 0; at < loss_cause_count; ++at) {
        const auto cause = static_cast<LossCause>(at);
        const bool any = std::any_of(verdict.ledgers.begin(), verdict.ledgers.end(),
                                     [cause](const GroupLedger& row) { return row.ledger.of(cause) != 0; });
        if (any) occurred.push_back(cause);
    }
    for (const LossCause cause : occurred) names.push_back(words_of(cause));
    table.row(names, "th");
    for (const GroupLedger& row : verdict.ledgers) {
        const Ledger& ledger = row.ledger;
        std::vector<std::string> cells = {row.group,
                                          scenario.actors[row.actor].id,
                                          grouped(row.sensors),
                                          grouped(ledger.offered),
                                          grouped(ledger.delivered),
                                          share(ledger.delivered, ledger.offered),
                                          grouped(ledger.duplicates)};
        for (const LossCause cause : occurred) cells.push_back(grouped(ledger.of(cause)));
        table.row(cells);
    }
    return table.text("Ledger");
}

std::string latency_table(const Scenario& scenario, const Verdict& verdict) {
    HtmlTable table(2);
    std::vector<std::string> names = {"subscriber", "latency since a reading was", "readings"};
    for (const Percentile& each : shown_percentiles) names.emplace_back(each.name);
    names.emplace_back("max");
    table.row(names, "th");
    const auto add = [&table](const std::string& actor, const char* since, const LogHistogram& histogram) {
        std::vector<std::string> cells = {actor, since, grouped(histogram.count())};
        for (const Percentile& each : shown_percentiles)
            cells.push_back(histogram.count() == 0 ? "–" : latency_text(histogram.percentile(each.of_100_000)));
        cells.push_back(histogram.count() == 0 ? "–" : latency_text(histogram.maximum()));
        table.row(cells);
    };
    for (std::size_t at = 0; at < verdict.actors.size(); ++at) {
        add(scenario.actors[at].id, "due", verdict.actors[at].from_intended);
        add("", "sent", verdict.actors[at].from_sent);
    }
    return table.text("Latency");
}

}  // namespace

std::string report_html(const Scenario& scenario, const Verdict& verdict) {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
           "content=\"width=device-width, initial-scale=1\">\n<title>" +
           escaped(scenario.name) + " · seed " + std::to_string(scenario.seed) + "</title>\n<style>" +
           std::string(page_style) + "</style></head>\n<body><main>\n" + head(scenario, verdict) + tiles(verdict) +
           charts(verdict.history) + expectations_table(verdict) + violations_table(verdict) +
           ledger_table(scenario, verdict) + latency_table(scenario, verdict) + "</main></body></html>\n";
}

}  // namespace trunkline::sim
