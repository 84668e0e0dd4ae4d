// "expect": what must have held when the run is over.

#include <algorithm>
#include <array>

#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

using ReadKind = void (*)(const Field& expectation, const Draft& draft, ExpectationPlan& plan);

struct KindRow {
    std::string_view name;
    ExpectationPlan::Kind kind;
    ReadKind read;
};
using enum ExpectationPlan::Kind;
constexpr std::array<KindRow, 16> rows = {{{"delivery", delivery, read_delivery},
                                           {"analytic", analytic, read_analytic},
                                           {"exactly-once", exactly_once, read_exactly_once},
                                           {"ordered", ordered, read_ordered},
                                           {"will", will, read_will},
                                           {"session", session, read_session_expectation},
                                           {"queue", queue, read_queue},
                                           {"retained", retained, read_retained},
                                           {"attributed", attributed, read_attributed},
                                           {"recovery", recovery, read_recovery},
                                           {"latency", latency, read_latency},
                                           {"staleness", staleness, read_staleness},
                                           {"leak-located", leak_located, read_leak_located},
                                           {"sometimes", sometimes, read_events},
                                           {"always", always, read_events},
                                           {"never", never, read_events}}};
constexpr Duration longest_within = std::chrono::hours(24 * 366);

constexpr std::array<std::string_view, rows.size()> available_kinds() {
    std::array<std::string_view, rows.size()> names;
    for (std::size_t at = 0; at < rows.size(); ++at) names[at] = rows[at].name;
    return names;
}

/// In a run that was made shorter: it is about a fault that is left out, about a time after one that is over too late,
/// or about what only the faults bring.
bool is_cut_off(const Field& expectation, ExpectationPlan::Kind kind, const Draft& draft) {
    // An actor that subscribes anew for a retained message was away before.
    if ((kind == sometimes || kind == always || kind == retained) && !draft.plan.left_out.faults.empty()) return true;
    for (const std::string_view key : {"during", "after", "fault"}) {
        const auto fault = expectation.find(key);
        if (!fault) continue;
        if (draft.is_left_out(fault->text())) return true;
        const auto within = expectation.find("within");
        if (!within) continue;
        const FaultPlan& plan = draft.plan.faults[draft.fault_names.index_of(*fault)];
        const Duration from = kind == recovery ? plan.ends() : plan.at;
        return from + within->duration(Duration::zero(), longest_within) > draft.plan.length();
    }
    return false;
}

}  // namespace

void read_expectations(const Field& expectations, Draft& draft) {
    for (const Field& expectation : expectations.items()) {
        ExpectationPlan plan;
        const Field id = expectation.need("id");
        plan.id = id.name();
        draft.expectation_names.add(id, plan.id);
        const std::string kind = expectation.need("kind").word(available_kinds());
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const KindRow& each) { return each.name == kind; });
        plan.kind = row->kind;
        if (draft.is_shortened() && is_cut_off(expectation, plan.kind, draft)) {
            draft.plan.left_out.expectations.push_back(plan.id);
            continue;
        }
        row->read(expectation, draft, plan);
        draft.plan.expectations.push_back(std::move(plan));
    }
}

}  // namespace trunkline::sim::reading
