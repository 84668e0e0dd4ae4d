#include "simulator/report/coverage.hpp"

#include <array>

#include "simulator/report/figures.hpp"

namespace trunkline::sim {

void Coverage::add(const Verdict& verdict) {
    ++runs_;
    for (std::size_t event = 0; event < runs_with_.size(); ++event) {
        if (verdict.events[event] > 0) ++runs_with_[event];
    }
}

std::vector<Coverage::Unmet> Coverage::unmet() const {
    std::vector<Unmet> all;
    for (const ExpectationPlan& plan : scenario_.expectations) {
        if (plan.kind != ExpectationPlan::Kind::sometimes) continue;
        for (const NamedEvent event : plan.events) {
            if (runs_with_[static_cast<std::size_t>(event)] == 0) all.push_back({plan.id, std::string(name_of(event))});
        }
    }
    return all;
}

std::string Coverage::unmet_text() const {
    std::string text;
    for (const Unmet& each : unmet())
        text += "FAIL  " + each.expectation + ": sometimes " + each.event + ", but with none of " + grouped(runs_) +
                (runs_ == 1 ? " seed\n" : " seeds\n");
    return text;
}

std::string Coverage::text() const {
    std::array<bool, event_names.size()> is_asked_for{};
    for (const ExpectationPlan& plan : scenario_.expectations) {
        if (plan.kind != ExpectationPlan::Kind::sometimes) continue;
        for (const NamedEvent event : plan.events) is_asked_for[static_cast<std::size_t>(event)] = true;
    }
    std::uint64_t asked_for = 0;
    std::uint64_t asked_for_and_met = 0;
    std::uint64_t met = 0;
    for (std::size_t event = 0; event < runs_with_.size(); ++event) {
        const bool is_met = runs_with_[event] > 0;
        met += is_met ? 1 : 0;
        asked_for += is_asked_for[event] ? 1 : 0;
        asked_for_and_met += is_asked_for[event] && is_met ? 1 : 0;
    }
    std::string text = "coverage: ";
    if (asked_for > 0)
        text += grouped(asked_for_and_met) + " of " + grouped(asked_for) + " events that are to happen sometimes did; ";
    return text + grouped(met) + " of all " + grouped(event_names.size()) + " named events happened\n";
}

}  // namespace trunkline::sim
