#include "simulator/scenario/chaos_section.hpp"

#include <algorithm>
#include <array>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/chaos_faults.hpp"
#include "simulator/scenario/chaos_knobs.hpp"

namespace trunkline::sim::reading {

namespace {

/// Only where the mix names it: what seeds draw without one stays what it was before there was this kind.
constexpr std::string_view named_only = "new-address";

/// Not given: every other kind alike.
std::vector<ChaosShare> read_mix(const std::optional<Field>& mix) {
    std::vector<ChaosShare> shares;
    if (!mix) {
        for (const std::string_view kind : chaos_kinds()) {
            if (kind != named_only) shares.push_back({std::string(kind), 1});
        }
        return shares;
    }
    std::vector<Key> keys;
    for (const std::string_view kind : chaos_kinds()) keys.push_back({kind});
    mix->allow(keys);
    std::uint64_t all = 0;
    for (const Field::Named& share : mix->members()) {
        shares.push_back({share.key, share.field.natural(0, 1'000)});
        all += shares.back().weight;
    }
    if (all == 0) mix->complain("at least one kind of fault with a share above 0 is wanted, like {\"down\": 1}");
    return shares;
}

/// When the run phase ends, everything is healed.
void refuse_late_faults(const Field& chaos, const Scenario& plan) {
    for (const FaultPlan& fault : plan.faults) {
        // Neither a wrong clock nor a leak keeps anybody from converging.
        const bool stays = fault.kind == FaultPlan::Kind::skew || fault.kind == FaultPlan::Kind::pipe;
        if (!stays && fault.ends() > plan.sampling_ends())
            chaos.complain("faults that end with the run phase are wanted, \"" + fault.id + "\" ends at " +
                           duration_text(fault.ends()) + " of " + duration_text(plan.sampling_ends()));
    }
}

}  // namespace

std::vector<std::string> knobs_of(const Node& root, std::uint64_t seed) {
    const Node* chaos = root.find("chaos");
    const Node* knobs = chaos != nullptr ? chaos->find("knobs") : nullptr;
    const Node* enabled = chaos != nullptr ? chaos->find("enabled") : nullptr;
    if (knobs == nullptr || !knobs->boolean || (enabled != nullptr && !enabled->boolean)) return {};
    return draw_knobs(root, seed);
}

void read_chaos(const Field& chaos, Draft& draft) {
    constexpr std::array<Key, 5> keys = {{{"enabled"}, {"mix"}, {"per_hour"}, {"settle"}, {"knobs"}}};
    chaos.allow(keys);
    const auto knobs = chaos.find("knobs");
    if (knobs) knobs->boolean();
    const std::vector<ChaosShare> mix = read_mix(chaos.find("mix"));
    const auto per_hour = chaos.find("per_hour");
    const double rate = per_hour ? per_hour->number(0.0, 3'600.0) : 0.0;
    const Field settle = chaos.need("settle");
    ChaosPlan plan;
    plan.settle = settle.duration(std::chrono::seconds(1), std::chrono::hours(24 * 366));
    const auto enabled = chaos.find("enabled");
    if (enabled && !enabled->boolean()) return;
    if (plan.settle > draft.plan.drain)
        settle.complain("a time within the drain is wanted, which lasts " + duration_text(draft.plan.drain) + ", got " +
                        duration_text(plan.settle));
    refuse_late_faults(chaos, draft.plan);
    const Source drawn{draft.plan.file};
    for (std::string& text : draw_chaos_faults(draft, mix, rate)) {
        const Node fault = parse_document(text, draft.plan.file);
        if (add_drawn_fault(Field(drawn, fault, "/chaos/drawn"), draft)) plan.faults.push_back(std::move(text));
    }
    draft.plan.chaos = std::move(plan);
}

}  // namespace trunkline::sim::reading
