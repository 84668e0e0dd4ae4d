#include "simulator/report/coverage.hpp"

#include <algorithm>

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
    std::string missing;
    for (std::size_t event = 0; event < runs_with_.size(); ++event) {
        if (runs_with_[event] == 0) missing += (missing.empty() ? "" : ", ") + std::string(event_names[event]);
    }
    const auto met = static_cast<std::uint64_t>(
        std::count_if(runs_with_.begin(), runs_with_.end(), [](std::uint64_t runs) { return runs > 0; }));
    std::string text = "coverage: " + grouped(met) + " of " + grouped(event_names.size()) + " named events happened";
    if (!missing.empty()) text += "; never " + missing;
    return text + '\n';
}

}  // namespace trunkline::sim
