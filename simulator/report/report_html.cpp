#include "simulator/report/report_html.hpp"

#include <algorithm>
#include <cmath>

#include "simulator/plan/durations.hpp"
#include "simulator/report/chart.hpp"
#include "simulator/report/culprit.hpp"
#include "simulator/report/fault_words.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/history_charts.hpp"
#include "simulator/report/html_table.hpp"
#include "simulator/report/notes.hpp"
#include "simulator/report/page.hpp"
#include "simulator/report/percentiles.hpp"
#include "simulator/report/recovery.hpp"
#include "simulator/report/wire_cost.hpp"

namespace trunkline::sim {

namespace {

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

/// What an operator wants to know first, in a sentence.
std::string outcome(const Scenario& scenario, const Verdict& verdict) {
    std::uint64_t failed = 0;
    for (const ExpectationResult& each : verdict.expectations) failed += each.holds() ? 0 : 1;
    std::string text;
    if (verdict.passed()) {
        const std::string all = grouped(verdict.expectations.size());
        text = verdict.expectations.empty() ? "No promise was broken"
                                            : all + " of " + all + " expectations hold, and no promise was broken";
        if (!scenario.faults.empty()) text += ", through " + counted(scenario.faults.size(), "fault");
    } else {
        text = grouped(failed) + " of " + counted(verdict.expectations.size(), "expectation") + " not met, " +
               counted(verdict.violation_count, "promise") + " broken";
    }
    return "<p class=\"outcome\">" + escaped(text) + ".</p>\n";
}

std::string tiles(const Verdict& verdict) {
    Ledger sum;
    LogHistogram latency;
    for (const GroupLedger& row : verdict.ledgers) sum += row.ledger;
    for (const ActorFigures& actor : verdict.actors) latency.add(actor.from_intended);
    const SensorFigures& sensors = verdict.sensors;
    return "<div class=\"tiles\">\n" + tile(grouped(sensors.offered), "readings offered") +
           tile(share(sensors.acknowledged, sensors.to_acknowledge), "of QoS 1 and 2 acknowledged") +
           tile(share(sum.delivered, sum.offered), "of what is owed delivered") +
           tile(grouped(sum.duplicates), "duplicates") +
           tile(latency_text(latency.percentile(50'000)), "median latency") +
           tile(latency_text(latency.percentile(99'000)), "latency p99") +
           tile(grouped(verdict.violation_count), "broken promises") + "</div>\n";
}

/// Counts in groups of three digits, shares and seconds with at most four decimals.
std::string figure(double number) {
    if (number == std::floor(number) && std::abs(number) < 1e15 && number >= 0.0)
        return grouped(static_cast<std::uint64_t>(number));
    // Rounded towards what does not hold: 0.99996 is not 1.
    return shortest(std::floor(number * 1e4) / 1e4);
}

std::string bounds_of(const Measure& measure) {
    if (measure.expected)
        return "formula " + decimal(*measure.expected, 6) + " within " + decimal(measure.from.value_or(0.0), 6) +
               " to " + decimal(measure.to.value_or(1.0), 6);
    if (measure.from && measure.to && *measure.from == *measure.to) return "wanted " + figure(*measure.from);
    if (measure.from) return "at least " + figure(*measure.from);
    return measure.to ? "at most " + figure(*measure.to) : "";
}

/// "lost 0 (at most 0)".
std::string text_of(const Measure& measure) {
    const std::string measured = measure.expected ? decimal(measure.measured, 6) : figure(measure.measured);
    const std::string bounds = bounds_of(measure);
    return measure.name + ' ' + measured + (bounds.empty() ? "" : " (" + bounds + ')');
}

/// Those that fail stand on top, with the reading to look at.
std::string expectations_table(const Scenario& scenario, const Verdict& verdict) {
    if (verdict.expectations.empty()) return {};
    HtmlTable table(4, "expectations");
    table.head({"", "expectation", "kind", "measured (wanted)"});
    for (const bool holds : {false, true}) {
        for (std::size_t at = 0; at < verdict.expectations.size(); ++at) {
            const ExpectationResult& expectation = verdict.expectations[at];
            if (expectation.holds() != holds) continue;
            std::string measures;
            for (const Measure& measure : expectation.measures)
                measures += (measures.empty() ? "" : ", ") + text_of(measure);
            const auto culprit = holds ? std::nullopt : culprit_of(scenario, verdict, at);
            if (culprit) measures += "; " + culprit->text;
            table.row({holds ? "✓" : "✗", expectation.id, std::string(name_of(expectation.kind)), measures},
                      holds ? "" : "bad");
        }
    }
    return table.text("Expectations");
}

std::string notes_table(const Scenario& scenario) {
    const std::vector<std::string> notes = notes_on(scenario);
    if (notes.empty()) return {};
    HtmlTable table(1);
    for (const std::string& note : notes) table.row({note});
    return table.text("Notes");
}

std::string violations_table(const Verdict& verdict) {
    if (verdict.violations.empty()) return {};
    HtmlTable table(2);
    table.head({"when", "what"});
    for (const Violation& violation : verdict.violations) table.row({clock_text(violation.at), violation.text});
    return table.text("Broken promises: " + grouped(verdict.violation_count));
}

std::string faults_table(const Scenario& scenario) {
    if (scenario.faults.empty()) return {};
    HtmlTable table(3);
    table.head({"", "fault", "what", "from", "for"});  // numbered as the charts mark them
    for (const FaultPlan& fault : scenario.faults) {
        const bool has_length = fault.length > Duration::zero();
        table.row({std::to_string(&fault - scenario.faults.data() + 1), fault.id, words_of(scenario, fault),
                   clock_text(Instant(fault.at)).substr(0, 8), has_length ? duration_text(fault.length) : "a moment"});
    }
    return table.text("Faults");
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
    table.head(names);
    for (const GroupLedger& row : verdict.ledgers) {
        const Ledger& ledger = row.ledger;
        std::vector<std::string> cells = {row.group,
                                          scenario.actors[row.actor].owed_name(),
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
    std::vector<std::string> names = {"subscriber", "latency since a reading was", "readings", "mean"};
    for (const Percentile& each : shown_percentiles) names.emplace_back(each.name);
    names.emplace_back("max");
    table.head(names);
    const auto add = [&table](const std::string& actor, const char* since, const LogHistogram& histogram) {
        std::vector<std::string> cells = {actor, since, grouped(histogram.count()),
                                          histogram.count() == 0 ? "–" : latency_text(histogram.mean())};
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

std::string report_html(const Scenario& scenario, const Verdict& verdict, std::span<const RunCounter> counters) {
    return page(scenario.name + " · seed " + std::to_string(scenario.seed),
                head(scenario, verdict) + outcome(scenario, verdict) + tiles(verdict) +
                    expectations_table(scenario, verdict) + violations_table(verdict) + notes_table(scenario) +
                    history_charts(scenario, verdict.history) + faults_table(scenario) +
                    recovery_table(scenario, verdict.history) + ledger_table(scenario, verdict) +
                    latency_table(scenario, verdict) + wire_cost_table(verdict.history, counters));
}

}  // namespace trunkline::sim
