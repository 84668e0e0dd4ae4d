#include "simulator/report/summary.hpp"

#include <algorithm>

#include "simulator/plan/durations.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/measure_text.hpp"
#include "simulator/report/notes.hpp"
#include "simulator/report/percentiles.hpp"
#include "simulator/report/text_table.hpp"

namespace trunkline::sim {

namespace {

constexpr std::size_t most_violations_shown = 5;

class Paint {
public:
    explicit Paint(bool colours) : colours_(colours) {}
    std::string green(const std::string& text) const { return in("32", text); }
    std::string red(const std::string& text) const { return in("31;1", text); }
    std::string bold(const std::string& text) const { return in("1", text); }

private:
    std::string in(const char* code, const std::string& text) const {
        return colours_ ? "\x1b[" + std::string(code) + 'm' + text + "\x1b[0m" : text;
    }
    bool colours_;
};

std::string headline(const Scenario& scenario, const Verdict& verdict, const RunFacts& facts, const Paint& paint) {
    std::string text = paint.bold(scenario.name) + ", seed " + std::to_string(scenario.seed) + ": " +
                       clock_text(verdict.ended_at) + " of ";
    if (scenario.clock == ClockMode::real_time) return text + "real time\n";
    text += "virtual time in " + decimal(std::chrono::duration<double>(facts.took).count(), 2) + " s";
    if (facts.speed_up() >= 1.0)
        text += ", " + grouped(static_cast<std::uint64_t>(facts.speed_up())) + " times faster than real time";
    return text + '\n';
}

std::string readings_table(const Scenario& scenario, const Verdict& verdict) {
    TextTable table(2);
    table.row({"sensors", "to", "number", "offered", "delivered", "", "not delivered", "duplicates"});
    for (const GroupLedger& row : verdict.ledgers) {
        const Ledger& ledger = row.ledger;
        table.row({row.group, scenario.actors[row.actor].owed_name(), grouped(row.sensors), grouped(ledger.offered),
                   grouped(ledger.delivered), share(ledger.delivered, ledger.offered), grouped(ledger.undelivered()),
                   grouped(ledger.duplicates)});
    }
    return table.text("  ");
}

std::string causes_table(const Scenario& scenario, const Verdict& verdict) {
    TextTable table(2);
    table.row({"not delivered because", "", "readings"});
    bool any = false;
    for (const GroupLedger& row : verdict.ledgers) {
        for (std::size_t at = 0; at < loss_cause_count; ++at) {
            const auto cause = static_cast<LossCause>(at);
            if (row.ledger.of(cause) == 0) continue;
            any = true;
            table.row({std::string(text_of(cause)), row.group + " to " + scenario.actors[row.actor].owed_name(),
                       grouped(row.ledger.of(cause))});
        }
    }
    return any ? '\n' + table.text("  ") : std::string();
}

std::string latency_text_table(const Scenario& scenario, const Verdict& verdict) {
    TextTable table(2);
    std::vector<std::string> head = {"latency", "", "mean"};
    for (const Percentile& each : shown_percentiles) head.emplace_back(each.name);
    head.emplace_back("max");
    table.row(head);
    bool any = false;
    const auto add = [&](const std::string& actor, const std::string& from, const LogHistogram& histogram) {
        if (histogram.count() == 0) return;
        any = true;
        std::vector<std::string> row = {actor, from, latency_text(histogram.mean())};
        for (const Percentile& each : shown_percentiles)
            row.push_back(latency_text(histogram.percentile(each.of_100_000)));
        row.push_back(latency_text(histogram.maximum()));
        table.row(row);
    };
    for (std::size_t at = 0; at < verdict.actors.size(); ++at) {
        add(scenario.actors[at].id, "since it was due", verdict.actors[at].from_intended);
        add("", "since it was sent", verdict.actors[at].from_sent);
    }
    return any ? '\n' + table.text("  ") : std::string();
}

std::string sensors_line(const SensorFigures& sensors) {
    std::string text = "\n  sensors: " + grouped(sensors.acknowledged) + " of " + grouped(sensors.to_acknowledge) +
                       " readings of QoS 1 and 2 acknowledged (" + share(sensors.acknowledged, sensors.to_acknowledge) +
                       "), " + grouped(sensors.gave_up) + " given up, " + grouped(sensors.transmissions) +
                       " PUBLISH datagrams";
    if (sensors.losses != 0) text += "; connections lost: " + grouped(sensors.losses);
    return text + '\n';
}

std::string names_of(const std::vector<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + id;
    return text;
}

/// What --duration has cut off: an expectation that nobody judged has not held.
std::string left_out_text(const LeftOut& left_out) {
    std::string text;
    if (!left_out.faults.empty())
        text += "\n  left out, for the run is too short: faults " + names_of(left_out.faults) + '\n';
    if (!left_out.expectations.empty()) text += "  and the expectations " + names_of(left_out.expectations) + '\n';
    return text;
}

/// What a run over real sockets cost the machine.
std::string programs_line(const std::vector<ProgramFacts>& programs) {
    if (programs.empty()) return {};
    std::string text = "  processor and memory: ";
    for (const ProgramFacts& program : programs) {
        if (&program != &programs.front()) text += ", ";
        text += program.name + ' ' + decimal(std::chrono::duration<double>(program.processor).count(), 1) + " s and " +
                grouped(program.most_memory_octets >> 20U) + " MiB";
    }
    return text + '\n';
}

/// Whether the devices kept their own schedule, without which latencies say nothing of what was tested.
std::string schedule_line(const std::optional<ScheduleFacts>& schedule, const Paint& paint) {
    if (!schedule) return {};
    const std::string figures = "99 % of the devices' wake-ups at most " + latency_text(schedule->p99) +
                                " late, the latest " + latency_text(schedule->latest);
    if (schedule->was_kept()) return "  schedule: kept; " + figures + '\n';
    return "  schedule: " + paint.red("NOT kept") + "; " + figures +
           ": this machine is too slow for the run, and the latencies are its own\n";
}

enum class Shown { all, failing_in_one_of_many };

std::string expectations_text(const Verdict& verdict, Shown shown, const Paint& paint) {
    std::string text;
    for (const ExpectationResult& expectation : verdict.expectations) {
        if (shown == Shown::failing_in_one_of_many && expectation.holds_as_one_of_many()) continue;
        const std::string mark = expectation.holds() ? paint.green("holds") : paint.red("FAILS");
        text += "  " + mark + "  " + expectation.id + '\n';
        for (const Measure& measure : expectation.measures)
            text += "           " + (measure.holds ? measure_text(measure) : paint.red(measure_text(measure))) + '\n';
    }
    return text.empty() ? text : '\n' + text;
}

/// Places of the first of each promise, then of the first of all: a thousand lost readings may follow from one session.
std::vector<std::size_t> shown_violations(const Verdict& verdict) {
    const std::vector<Violation>& all = verdict.violations;
    std::vector<std::size_t> shown;
    const auto is_shown = [&](std::size_t place, bool another_will_do) {
        return std::any_of(shown.begin(), shown.end(), [&](std::size_t each) {
            return each == place || (another_will_do && all[each].promise == all[place].promise);
        });
    };
    for (const bool one_of_each : {true, false}) {
        for (std::size_t place = 0; place < all.size() && shown.size() < most_violations_shown; ++place) {
            if (!is_shown(place, one_of_each)) shown.push_back(place);
        }
    }
    std::sort(shown.begin(), shown.end());
    return shown;
}

std::string violations_text(const Verdict& verdict, const Paint& paint) {
    if (verdict.violation_count == 0) return {};
    std::string text = "\n  " + paint.red("broken promises: " + grouped(verdict.violation_count)) + '\n';
    for (const std::size_t place : shown_violations(verdict)) text += "    " + verdict.violations[place].text + '\n';
    if (verdict.violation_count > most_violations_shown) text += "    the first hundred stand in report.json\n";
    return text;
}

std::string notes_text(const Scenario& scenario) {
    std::string text;
    for (const std::string& note : notes_on(scenario)) text += "\n  note: " + note + '\n';
    return text;
}

std::string result_line(const Verdict& verdict, const RunFacts& facts, const Paint& paint) {
    std::string text = facts.was_stopped ? "\nstopped before its end; until then: " : "\n";
    const std::uint64_t expectations = verdict.expectations.size();
    std::uint64_t failed = 0;
    for (const ExpectationResult& each : verdict.expectations) failed += each.holds() ? 0 : 1;
    if (verdict.passed()) {
        text += paint.green("passed");
        if (expectations != 0) text += ": " + counted(expectations, "expectation") + ", none fails";
        return text + '\n';
    }
    text += paint.red("failed");
    if (failed != 0)
        text +=
            ": " + grouped(failed) + " of " + counted(expectations, "expectation") + (failed == 1 ? " fails" : " fail");
    if (verdict.unforgiven_violations != 0)
        text += ": broken, and expected by nobody: " + counted(verdict.unforgiven_violations, "promise");
    return text + '\n';
}

}  // namespace

std::string summary_text(const Scenario& scenario, const Verdict& verdict, const RunFacts& facts, bool colours) {
    const Paint paint(colours);
    return headline(scenario, verdict, facts, paint) + '\n' + readings_table(scenario, verdict) +
           causes_table(scenario, verdict) + latency_text_table(scenario, verdict) + sensors_line(verdict.sensors) +
           programs_line(facts.programs) + schedule_line(facts.schedule, paint) + left_out_text(scenario.left_out) +
           expectations_text(verdict, Shown::all, paint) + violations_text(verdict, paint) + notes_text(scenario) +
           result_line(verdict, facts, paint);
}

std::string failure_text(const Verdict& verdict, bool colours) {
    const Paint paint(colours);
    return expectations_text(verdict, Shown::failing_in_one_of_many, paint) + violations_text(verdict, paint) + '\n';
}

}  // namespace trunkline::sim
