#include "simulator/oracle/settlement.hpp"

#include <algorithm>
#include <tuple>

#include "simulator/oracle/attribution.hpp"
#include "simulator/oracle/expectations.hpp"
#include "simulator/oracle/qos1.hpp"
#include "simulator/oracle/retained.hpp"
#include "simulator/oracle/wording.hpp"
#include "simulator/plan/link_damage.hpp"

namespace trunkline::sim {

namespace {

// Told in full; the rest is counted. A flood of one kind must not hide another: of each, the first ones are told.
constexpr std::size_t most_told = 100;
constexpr std::size_t told_of_each = 5;

std::string uneven(const Books& books, std::size_t sensor, const Pair& pair, const Ledger& ledger) {
    return "the ledger of " + books.scenario.sensors[sensor].id + " and " + books.scenario.actors[pair.actor].id +
           " does not come out even: offered " + std::to_string(ledger.offered) + ", delivered " +
           std::to_string(ledger.delivered) + ", with a cause " + std::to_string(ledger.undelivered());
}

void find_uneven_ledgers(const Books& books, Instant end, std::vector<Finding>& findings) {
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        const std::span<const Pair> owed = books.pairs_of(sensor);
        for (std::size_t slot = 0; slot < owed.size(); ++slot) {
            const Ledger ledger = ledger_of(books, sensor, slot, end);
            if (ledger.balances()) continue;
            findings.push_back({Violation::Promise::ledger, sensor, 0, owed[slot].actor, end,
                                uneven(books, sensor, owed[slot], ledger)});
        }
    }
}

/// Those made while the run went on, and those that only its end shows.
std::vector<Finding> all_findings(const Books& books, Instant end) {
    if (may_arrive_damaged(books.scenario)) return {};
    std::vector<Finding> findings = books.findings.first();
    find_lost_readings(books, end, findings);
    find_uneven_ledgers(books, end, findings);
    find_missing_wills(books, end, findings);
    for (std::size_t actor = 0; actor < books.actors.size(); ++actor)
        check_retained_complete(books, actor, end, findings);
    std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.at, a.promise, a.sensor, a.sequence, a.actor) <
               std::tie(b.at, b.promise, b.sensor, b.sequence, b.actor);
    });
    return findings;
}

/// Whether a delivery expectation says how many of these may be lost: then it decides, not the finding alone.
bool is_forgivable(const Scenario& scenario, const Finding& finding) {
    if (finding.promise != Violation::Promise::qos_1) return false;
    return std::any_of(scenario.expectations.begin(), scenario.expectations.end(), [&](const ExpectationPlan& plan) {
        return plan.kind == ExpectationPlan::Kind::delivery && plan.actor == finding.actor &&
               std::binary_search(plan.sensors.begin(), plan.sensors.end(), finding.sensor);
    });
}

/// A promise to an actor is of another kind than the same one to a device.
std::size_t kind_of(const Finding& finding) {
    return static_cast<std::size_t>(finding.promise) * 2 + (finding.actor == no_actor ? 1U : 0U);
}

/// Those to be told, still by time.
std::vector<Finding> first_ones(std::vector<Finding> findings) {
    if (findings.size() <= most_told) return findings;
    std::vector<std::size_t> of_kind(promise_count * 2, 0);
    std::vector<bool> is_told(findings.size(), false);
    std::size_t told = 0;
    for (std::size_t at = 0; at < findings.size(); ++at) {
        is_told[at] = ++of_kind[kind_of(findings[at])] <= told_of_each;
        if (is_told[at]) ++told;
    }
    for (std::size_t at = 0; at < findings.size() && told < most_told; ++at) {
        if (is_told[at]) continue;
        is_told[at] = true;
        ++told;
    }
    std::vector<Finding> first;
    for (std::size_t at = 0; at < findings.size(); ++at) {
        if (is_told[at]) first.push_back(std::move(findings[at]));
    }
    return first;
}

void tell(const Books& books, std::vector<Finding> findings, Verdict& verdict) {
    // Those beyond the bound of the books are known by number only; none of them is forgivable.
    const bool are_judged = !may_arrive_damaged(books.scenario);
    const std::uint64_t untold = are_judged ? books.findings.count() - books.findings.first().size() : 0;
    verdict.violation_count = findings.size() + untold;
    verdict.unforgiven_violations = untold;
    for (const Finding& finding : findings) {
        if (!is_forgivable(books.scenario, finding)) ++verdict.unforgiven_violations;
    }
    for (const Finding& finding : first_ones(std::move(findings))) {
        const Instant since_start(finding.at - books.start);
        verdict.violations.push_back({finding.promise, finding.sensor, finding.sequence, finding.actor, since_start,
                                      in_words(finding, books), is_forgivable(books.scenario, finding)});
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
    for (const Attributed& each : undelivered(books, sensor, slot, end)) {
        if (book.is_counted(each.reading->sequence)) ++ledger.causes[static_cast<std::size_t>(each.cause)];
    }
    return ledger;
}

void add_causes(const Books& books, Instant end, const HistoryKeeper& keeper, History& history) {
    for (std::size_t sensor = 0; sensor < books.sensors.size(); ++sensor) {
        for (std::size_t slot = 0; slot < books.sensors[sensor].pair_count; ++slot) {
            for (const Attributed& each : undelivered(books, sensor, slot, end)) {
                HistoryStep& step = history.steps[keeper.index_of(each.reading->offered_at - books.start)];
                ++step.causes[static_cast<std::size_t>(each.cause)];
            }
        }
    }
}

Verdict settle(const Books& books, Instant end) {
    const Scenario& scenario = books.scenario;
    Verdict verdict;
    verdict.ended_at = Instant(end - books.start);
    verdict.events = books.events;
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
    std::vector<Finding> findings = all_findings(books, end);
    for (std::size_t at = 0; at < scenario.expectations.size(); ++at)
        verdict.expectations.push_back(judge(at, books, findings, end));
    tell(books, std::move(findings), verdict);
    return verdict;
}

}  // namespace trunkline::sim
