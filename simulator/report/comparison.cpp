#include "simulator/report/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "simulator/plan/durations.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/measure_text.hpp"
#include "simulator/report/percentiles.hpp"
#include "simulator/report/recovery.hpp"
#include "simulator/report/text_table.hpp"

namespace trunkline::sim {

namespace {

using Row = Comparison::Row;
using Section = Comparison::Section;
using Runs = std::span<const ComparedRun>;

constexpr std::size_t most_breakages = 2;                      // of one broker, of each promise
constexpr Duration shortest_outage = std::chrono::seconds(2);  // whose recovery is worth a row

/// A row whose cells are made of each run's verdict.
template <typename Cell>
Row row_of(const std::string& label, Runs runs, Cell cell) {
    Row row{label, {}, {}};
    for (const ComparedRun& run : runs) row.cells.push_back(cell(run.verdict));
    return row;
}

Ledger sum_of(const Verdict& verdict) {
    Ledger sum;
    for (const GroupLedger& row : verdict.ledgers) sum += row.ledger;
    return sum;
}

LogHistogram latency_of(const Verdict& verdict, LogHistogram ActorFigures::*since) {
    LogHistogram sum;
    for (const ActorFigures& actor : verdict.actors) sum.add(actor.*since);
    return sum;
}

template <typename Figure>
std::uint64_t sum_of_actors(const Verdict& verdict, Figure figure) {
    std::uint64_t sum = 0;
    for (const ActorFigures& actor : verdict.actors) sum += actor.*figure;
    return sum;
}

/// Times to the millisecond: nobody compares brokers by less.
std::string value_of(const Measure& measure) {
    const bool is_time = measure.name.ends_with("_s");
    return is_time ? shortest(std::round(measure.measured * 1000.0) / 1000.0) : shortest(measure.measured);
}

/// The measure that says most: the first that fails, or else the last one.
std::string told_of(const ExpectationResult& expectation) {
    const auto failing = std::find_if(expectation.measures.begin(), expectation.measures.end(),
                                      [](const Measure& measure) { return !measure.holds; });
    if (failing != expectation.measures.end()) return "FAILS: " + failing->name + ' ' + value_of(*failing);
    if (expectation.measures.empty()) return "holds";
    const Measure& last = expectation.measures.back();
    return "holds: " + last.name + ' ' + value_of(last);
}

Section expectations_section(const Scenario& scenario, Runs runs) {
    Section section{"Expectations", {}};
    for (std::size_t at = 0; at < scenario.expectations.size(); ++at) {
        Row row{scenario.expectations[at].id, {}, {}};
        for (const ComparedRun& run : runs) {
            row.cells.push_back(told_of(run.verdict.expectations[at]));
            row.fails.push_back(!run.verdict.expectations[at].holds());
        }
        section.rows.push_back(std::move(row));
    }
    Row promises =
        row_of("broken promises", runs, [](const Verdict& verdict) { return grouped(verdict.violation_count); });
    for (const ComparedRun& run : runs) promises.fails.push_back(run.verdict.unforgiven_violations > 0);
    section.rows.push_back(std::move(promises));
    return section;
}

Section readings_section(Runs runs) {
    Section section{"Readings, to all subscribers", {}};
    section.rows.push_back(
        row_of("offered", runs, [](const Verdict& verdict) { return grouped(sum_of(verdict).offered); }));
    section.rows.push_back(row_of("delivered", runs, [](const Verdict& verdict) {
        const Ledger sum = sum_of(verdict);
        return grouped(sum.delivered) + ", " + share(sum.delivered, sum.offered);
    }));
    section.rows.push_back(
        row_of("duplicates", runs, [](const Verdict& verdict) { return grouped(sum_of(verdict).duplicates); }));
    section.rows.push_back(row_of("unexpected messages", runs, [](const Verdict& verdict) {
        return grouped(sum_of_actors(verdict, &ActorFigures::unexpected));
    }));
    return section;
}

/// Only what occurred with one of them.
Section causes_section(Runs runs) {
    Section section{"Not delivered because", {}};
    for (std::size_t at = 0; at < loss_cause_count; ++at) {
        const auto cause = static_cast<LossCause>(at);
        const bool occurred = std::any_of(
            runs.begin(), runs.end(), [cause](const ComparedRun& run) { return sum_of(run.verdict).of(cause) != 0; });
        if (!occurred) continue;
        section.rows.push_back(row_of(std::string(text_of(cause)), runs,
                                      [cause](const Verdict& verdict) { return grouped(sum_of(verdict).of(cause)); }));
    }
    return section;
}

void add_latencies(Section& section, Runs runs, const std::string& since, LogHistogram ActorFigures::*histogram) {
    for (const Percentile& each : shown_percentiles) {
        section.rows.push_back(row_of(since + ", " + std::string(each.name), runs, [&](const Verdict& verdict) {
            const LogHistogram latency = latency_of(verdict, histogram);
            return latency.count() == 0 ? "–" : latency_text(latency.percentile(each.of_100_000));
        }));
    }
}

Section latency_section(Runs runs) {
    Section section{"Latency since a reading was", {}};
    add_latencies(section, runs, "due", &ActorFigures::from_intended);
    add_latencies(section, runs, "sent", &ActorFigures::from_sent);
    return section;
}

Section connections_section(Runs runs) {
    Section section{"Queues, connections, wills", {}};
    section.rows.push_back(row_of("most that waited for a subscriber", runs, [](const Verdict& verdict) {
        std::uint64_t most = 0;
        for (const ActorFigures& actor : verdict.actors) most = std::max(most, actor.waiting_most);
        return grouped(most);
    }));
    section.rows.push_back(row_of("subscribers' connects", runs, [](const Verdict& verdict) {
        return grouped(sum_of_actors(verdict, &ActorFigures::connects));
    }));
    section.rows.push_back(
        row_of("sensors' connects", runs, [](const Verdict& verdict) { return grouped(verdict.sensors.connects); }));
    section.rows.push_back(row_of("PUBLISH packets of sensors", runs,
                                  [](const Verdict& verdict) { return grouped(verdict.sensors.transmissions); }));
    section.rows.push_back(row_of("wills received", runs, [](const Verdict& verdict) {
        return grouped(sum_of_actors(verdict, &ActorFigures::wills));
    }));
    return section;
}

std::string since_its_end(const std::optional<Duration>& lasted) {
    return lasted ? duration_text(std::chrono::ceil<std::chrono::seconds>(*lasted)) : "–";
}

/// Until 99 % of the sensors are connected, nothing more waits, and latency is as before; in steps of the history, as
/// on the page of each run.
Section recovery_section(const Scenario& scenario, Runs runs) {
    Section section{"Recovery: sensors, queues, latency", {}};
    std::vector<std::vector<Recovery>> all;
    for (const ComparedRun& run : runs) all.push_back(recoveries(scenario, run.verdict.history));
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.length < shortest_outage) continue;
        Row row{"after " + fault.id, {}, {}};
        for (const std::vector<Recovery>& of_run : all) {
            const auto found = std::find_if(of_run.begin(), of_run.end(),
                                            [&](const Recovery& each) { return each.fault == fault.id; });
            row.cells.push_back(found == of_run.end()
                                    ? "–"
                                    : since_its_end(found->connected) + " · " + since_its_end(found->backlog) + " · " +
                                          since_its_end(found->latency));
        }
        section.rows.push_back(std::move(row));
    }
    return section;
}

/// Of each promise the first ones, by time; the verdict has some of each.
void add_violations(const ComparedRun& run, std::vector<std::string>& sentences) {
    std::array<std::size_t, promise_count> seen{};
    std::size_t told = 0;
    for (const Violation& violation : run.verdict.violations) {
        if (++seen[static_cast<std::size_t>(violation.promise)] > most_breakages) continue;
        sentences.push_back(run.name + ": " + violation.text);
        ++told;
    }
    if (run.verdict.violation_count == told) return;
    std::string promises;
    for (std::size_t promise = 0; promise < promise_count; ++promise) {
        if (seen[promise] <= most_breakages) continue;
        promises += (promises.empty() ? "" : ", ") + std::string(name_of(static_cast<Violation::Promise>(promise)));
    }
    sentences.push_back(run.name + ": and " + grouped(run.verdict.violation_count - told) + " more broken promises (" +
                        promises + "); its report has them");
}

std::vector<std::string> breakages_of(const ComparedRun& run) {
    std::vector<std::string> sentences;
    for (const ExpectationResult& expectation : run.verdict.expectations) {
        for (const Measure& measure : expectation.measures) {
            if (!measure.holds) sentences.push_back(run.name + ": " + expectation.id + ": " + measure_text(measure));
        }
    }
    add_violations(run, sentences);
    return sentences;
}

}  // namespace

Comparison comparison_of(const Scenario& scenario, Runs runs) {
    Comparison comparison;
    comparison.sections = {expectations_section(scenario, runs), readings_section(runs)};
    if (Section causes = causes_section(runs); !causes.rows.empty()) comparison.sections.push_back(std::move(causes));
    comparison.sections.push_back(latency_section(runs));
    comparison.sections.push_back(connections_section(runs));
    if (Section recovery = recovery_section(scenario, runs); !recovery.rows.empty())
        comparison.sections.push_back(std::move(recovery));
    for (const ComparedRun& run : runs) {
        for (std::string& sentence : breakages_of(run)) comparison.breakages.push_back(std::move(sentence));
    }
    return comparison;
}

std::string comparison_text(const Scenario& scenario, Runs runs, std::span<const std::string> notes) {
    const Comparison comparison = comparison_of(scenario, runs);
    TextTable table(1);
    std::vector<std::string> head = {""};
    for (const ComparedRun& run : runs) head.push_back(run.name);
    table.row(head);
    for (const Section& section : comparison.sections) {
        table.row({section.title});
        for (const Row& row : section.rows) {
            std::vector<std::string> cells = {"  " + row.label};
            cells.insert(cells.end(), row.cells.begin(), row.cells.end());
            table.row(std::move(cells));
        }
    }
    std::string text = scenario.name + ", seed " + std::to_string(scenario.seed) + ", " +
                       duration_text(scenario.length()) + " with each broker\n\n" + table.text("  ");
    if (!comparison.breakages.empty()) text += "\n  What broke:\n";
    for (const std::string& sentence : comparison.breakages) text += "  - " + sentence + '\n';
    for (const std::string& note : notes) text += "\n  " + note + '\n';
    return text;
}

}  // namespace trunkline::sim
