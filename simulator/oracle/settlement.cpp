#include "simulator/oracle/settlement.hpp"

#include <algorithm>
#include <tuple>

#include "simulator/oracle/expectations.hpp"
#include "simulator/oracle/qos1.hpp"
#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

// Told in full; the rest is counted.
constexpr std::size_t most_told = 100;

void find_broken_promises(const Books& books, Instant end, std::vector<Finding>& findings) {
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        const std::span<const Pair> owed = books.pairs_of(sensor);
        for (std::size_t slot = 0; slot < owed.size(); ++slot) {
            // Warm-up or not: a promise is a promise.
            for (const OpenReading& reading : books.sensors[sensor].open) {
                if (reading.is_delivered_to(slot) || cause_of_loss(reading, slot, end) != LossCause::unexplained)
                    continue;
                findings.push_back(
                    {Violation::Promise::qos_1, sensor, reading.sequence, owed[slot].actor, reading.ended_at});
            }
            if (!ledger_of(books, sensor, slot, end).balances())
                findings.push_back({Violation::Promise::ledger, sensor, 0, owed[slot].actor, end});
        }
    }
}

/// Whether a delivery expectation says how many of these may be lost: then it decides, not the finding alone.
bool is_forgivable(const Scenario& scenario, const Finding& finding) {
    if (finding.promise != Violation::Promise::qos_1) return false;
    return std::any_of(scenario.expectations.begin(), scenario.expectations.end(), [&](const ExpectationPlan& plan) {
        return plan.kind == ExpectationPlan::Kind::delivery && plan.actor == finding.actor &&
               std::binary_search(plan.sensors.begin(), plan.sensors.end(), finding.sensor);
    });
}

void tell(const Scenario& scenario, const Books& books, Instant start, Instant end, Verdict& verdict) {
    std::vector<Finding> findings = books.findings;
    find_broken_promises(books, end, findings);
    // Those beyond the bound of the books are known by number only; none of them is forgivable.
    const std::uint64_t untold = books.finding_count - books.findings.size();
    verdict.violation_count = findings.size() + untold;
    verdict.unforgiven_violations = untold;
    for (const Finding& finding : findings) {
        if (!is_forgivable(scenario, finding)) ++verdict.unforgiven_violations;
    }
    std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.at, a.sensor, a.sequence, a.actor) < std::tie(b.at, b.sensor, b.sequence, b.actor);
    });
    if (findings.size() > most_told) findings.resize(most_told);
    for (const Finding& finding : findings) {
        const Instant since_start(finding.at - start);
        verdict.violations.push_back({finding.promise, finding.sensor, finding.sequence, finding.actor, since_start,
                                      in_words(finding, scenario, books, start, end)});
    }
}

GroupLedger& row_of(std::vector<GroupLedger>& rows, const std::string& group, std::size_t actor) {
    const auto found = std::find_if(rows.begin(), rows.end(),
                                    [&](const GroupLedger& row) { return row.group == group && row.actor == actor; });
    if (found != rows.end()) return *found;
    GroupLedger row;
    row.group = group;
    row.actor = actor;
    return rows.emplace_back(std::move(row));
}

}  // namespace

Ledger ledger_of(const Books& books, std::size_t sensor, std::size_t slot, Instant end) {
    const SensorBook& book = books.sensors[sensor];
    const Pair& pair = books.pairs_of(sensor)[slot];
    Ledger ledger;
    ledger.offered = book.figures.offered;
    ledger.delivered = pair.delivered;
    ledger.duplicates = pair.duplicates;
    for (const OpenReading& reading : book.open) {
        if (!book.is_counted(reading.sequence) || reading.is_delivered_to(slot)) continue;
        ++ledger.causes[static_cast<std::size_t>(cause_of_loss(reading, slot, end))];
    }
    return ledger;
}

void add_causes(const Books& books, Instant start, Instant end, const HistoryKeeper& keeper, History& history) {
    for (const SensorBook& book : books.sensors) {
        for (const OpenReading& reading : book.open) {
            HistoryStep& step = history.steps[keeper.index_of(reading.offered_at - start)];
            for (std::size_t slot = 0; slot < book.pair_count; ++slot) {
                if (reading.is_delivered_to(slot)) continue;
                ++step.causes[static_cast<std::size_t>(cause_of_loss(reading, slot, end))];
            }
        }
    }
}

Verdict settle(const Scenario& scenario, const Books& books, Instant start, Instant end) {
    Verdict verdict;
    verdict.ended_at = Instant(end - start);
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        verdict.sensors += books.sensors[sensor].figures;
        const std::span<const Pair> owed = books.pairs_of(sensor);
        for (std::size_t slot = 0; slot < owed.size(); ++slot) {
            GroupLedger& row = row_of(verdict.ledgers, scenario.sensors[sensor].group, owed[slot].actor);
            ++row.sensors;
            row.ledger += ledger_of(books, sensor, slot, end);
        }
    }
    for (const ActorBook& actor : books.actors) verdict.actors.push_back(actor.figures);
    for (const ExpectationPlan& plan : scenario.expectations)
        verdict.expectations.push_back(judge(plan, scenario, books, end));
    tell(scenario, books, start, end, verdict);
    return verdict;
}

}  // namespace trunkline::sim
