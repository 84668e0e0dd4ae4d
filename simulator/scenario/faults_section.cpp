// "faults": what goes wrong, when, and for how long.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/fault_conflicts.hpp"
#include "simulator/scenario/fault_kinds.hpp"

namespace trunkline::sim::reading {

namespace {

const FaultKind& kind_of(const Field& fault) {
    std::vector<std::string_view> words;
    for (const FaultKind& kind : fault_kinds()) words.push_back(kind.word);
    const std::string word = fault.need("do").word(words);
    return *std::find_if(fault_kinds().begin(), fault_kinds().end(),
                         [&](const FaultKind& each) { return each.word == word; });
}

/// What later faults must not contradict.
void note_overlay(const Field& fault, Draft& draft, const FaultPlan& plan) {
    if (plan.kind != FaultPlan::Kind::link) return;
    for (const Field::Named& key : fault.need("set").members()) draft.overlay_keys[plan.id].insert(key.key);
}

/// Nothing: the run was made shorter, and it does not fit.
std::optional<FaultPlan> plan_of(const Field& fault, Draft& draft) {
    FaultPlan plan;
    plan.id = fault.need("id").name();
    const FaultKind& kind = kind_of(fault);
    // The user's times begin with the run, after the warm-up.
    const Field at = fault.need("at");
    const Duration since = at.duration(Duration::zero(), std::max(draft.plan.run, draft.written_run));
    plan.at = draft.plan.warmup + since;
    kind.read(fault, draft, plan);
    const bool fits = since <= draft.plan.run && plan.ends() <= draft.plan.length();
    if (!fits && draft.is_shortened()) {
        draft.plan.left_out.faults.push_back(plan.id);
        return std::nullopt;
    }
    if (!fits)
        at.complain("a fault that ends within the run is wanted; \"" + plan.id + "\" would end at " +
                    duration_text(plan.ends()) + " of " + duration_text(draft.plan.length()));
    return plan;
}

void add(const Field& fault, Draft& draft, FaultPlan plan) {
    draft.fault_names.add(fault.need("id"), plan.id);
    note_overlay(fault, draft, plan);
    draft.plan.faults.push_back(std::move(plan));
}

}  // namespace

void read_faults(const Field& faults, Draft& draft) {
    for (const Field& fault : faults.items()) {
        std::optional<FaultPlan> plan = plan_of(fault, draft);
        if (!plan) continue;
        check_conflicts(fault, draft, *plan);
        add(fault, draft, *std::move(plan));
    }
}

bool add_drawn_fault(const Field& fault, Draft& draft) {
    std::optional<FaultPlan> plan = plan_of(fault, draft);
    if (!plan || has_conflicts(fault, draft, *plan)) return false;
    add(fault, draft, *std::move(plan));
    return true;
}

bool Draft::is_left_out(const std::string& fault) const {
    const std::vector<std::string>& faults = plan.left_out.faults;
    return std::find(faults.begin(), faults.end(), fault) != faults.end();
}

}  // namespace trunkline::sim::reading
