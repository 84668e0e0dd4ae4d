#include "simulator/scenario/fault_conflicts.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "simulator/plan/durations.hpp"

namespace trunkline::sim::reading {

namespace {

using Kind = FaultPlan::Kind;

std::string quoted(const std::string& text) { return '"' + text + '"'; }

/// The first index that both lists have; they ascend.
std::optional<std::size_t> shared(const std::vector<std::size_t>& one, const std::vector<std::size_t>& other) {
    for (const std::size_t each : one) {
        if (std::binary_search(other.begin(), other.end(), each)) return each;
    }
    return std::nullopt;
}

bool is_restart(Kind kind) { return kind == Kind::gateway_restart || kind == Kind::broker_restart; }
bool is_absence(Kind kind) { return kind == Kind::actor_absent || kind == Kind::actor_stalled; }

bool overlap(const FaultPlan& one, const FaultPlan& other) { return one.at < other.ends() && other.at < one.ends(); }

/// What both faults are about and cannot have at once, in words; nothing: they go together.
std::optional<std::string> contradiction(const Field& fault, const Draft& draft, const FaultPlan& plan,
                                         const FaultPlan& before) {
    if (is_restart(plan.kind) && plan.kind == before.kind) {
        if (plan.kind == Kind::broker_restart) return "the broker is gone already";
        const auto gateway = shared(plan.gateways, before.gateways);
        if (gateway) return "gateway " + quoted(draft.gateway_names[*gateway]) + " is gone already";
    }
    if (is_absence(plan.kind) && is_absence(before.kind)) {
        const auto actor = shared(plan.actors, before.actors);
        const char* const state = before.kind == Kind::actor_absent ? " is away already" : " is stalled already";
        if (actor) return "actor " + quoted(draft.actor_names[*actor]) + state;
    }
    if (plan.kind == Kind::link && before.kind == Kind::link && shared(plan.sensors, before.sensors)) {
        const auto keys = draft.overlay_keys.find(before.id);
        for (const Field::Named& set : fault.need("set").members()) {
            if (keys != draft.overlay_keys.end() && keys->second.contains(set.key))
                return quoted(set.key) + " of this link has another value already";
        }
    }
    return std::nullopt;
}

}  // namespace

bool has_conflicts(const Field& fault, const Draft& draft, const FaultPlan& plan) {
    return std::any_of(draft.plan.faults.begin(), draft.plan.faults.end(), [&](const FaultPlan& before) {
        return overlap(plan, before) && contradiction(fault, draft, plan, before);
    });
}

void check_conflicts(const Field& fault, const Draft& draft, const FaultPlan& plan) {
    for (const FaultPlan& before : draft.plan.faults) {
        if (!overlap(plan, before)) continue;
        const auto remark = contradiction(fault, draft, plan, before);
        if (!remark) continue;
        const auto at = [&](Duration moment) { return duration_text(moment - draft.plan.warmup); };
        fault.need("at").complain(*remark + ", by " + quoted(before.id) + " from " + at(before.at) + " to " +
                                  at(before.ends()) + "; a time when they do not overlap is wanted");
    }
}

}  // namespace trunkline::sim::reading
