#include "simulator/report/recovery.hpp"

#include <algorithm>
#include <span>

#include "simulator/plan/durations.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/html_table.hpp"

namespace trunkline::sim {

namespace {

using Steps = std::span<const HistoryStep>;

constexpr std::size_t most_steps_before = 10;

/// From the end of the fault to the end of the first of these steps that is as it should be.
template <typename Holds>
std::optional<Duration> first_that(Steps after, Duration until_first_ends, Duration step, Holds holds) {
    const auto found = std::find_if(after.begin(), after.end(), holds);
    if (found == after.end()) return std::nullopt;
    return until_first_ends + step * (found - after.begin());
}

Recovery recovery_of(const FaultPlan& fault, const History& history) {
    const auto begins = static_cast<std::size_t>(fault.at / history.step);
    const auto ends = static_cast<std::size_t>(fault.ends() / history.step);
    const Steps all(history.steps);
    const std::size_t known = std::min(begins, most_steps_before);
    const Steps before = all.subspan(begins - known, known);
    Recovery recovery;
    recovery.fault = fault.id;
    recovery.connected_before = before.back().connected;
    recovery.connected_least = recovery.connected_before;
    for (const HistoryStep& step : all.subspan(begins))
        recovery.connected_least = std::min(recovery.connected_least, step.connected);
    std::uint64_t waited = 0;
    Duration latency{};
    for (const HistoryStep& step : before) {
        waited = std::max(waited, step.waiting_most);
        if (step.delivered > 0) latency = std::max(latency, step.latency_p99);
    }
    const Steps after = all.subspan(ends);
    const Duration until_first_ends = history.step * static_cast<std::int64_t>(ends + 1) - fault.ends();
    const auto when = [&](auto holds) { return first_that(after, until_first_ends, history.step, holds); };
    recovery.connected =
        when([&](const HistoryStep& step) { return step.connected * 100 >= recovery.connected_before * 99; });
    recovery.backlog = when([&](const HistoryStep& step) { return step.waiting_most <= waited; });
    recovery.latency =
        when([&](const HistoryStep& step) { return step.delivered > 0 && step.latency_p99 * 10 <= latency * 12; });
    return recovery;
}

std::string within(const std::optional<Duration>& lasted) {
    return lasted ? "within " + duration_text(std::chrono::ceil<std::chrono::seconds>(*lasted)) : "not by the end";
}

}  // namespace

std::vector<Recovery> recoveries(const Scenario& scenario, const History& history) {
    std::vector<Recovery> all;
    if (history.step == Duration::zero()) return all;
    for (const FaultPlan& fault : scenario.faults) {
        const auto ends = static_cast<std::size_t>(fault.ends() / history.step);
        if (fault.at >= history.step && ends < history.steps.size()) all.push_back(recovery_of(fault, history));
    }
    return all;
}

std::string recovery_table(const Scenario& scenario, const History& history) {
    const std::vector<Recovery> all = recoveries(scenario, history);
    if (all.empty()) return {};
    HtmlTable table(1);
    table.head({"after fault", "connected before", "at least", "99 % connected again", "nothing more waits than before",
                "latency p99 as before"});
    for (const Recovery& each : all)
        table.row({each.fault, grouped(each.connected_before), grouped(each.connected_least), within(each.connected),
                   within(each.backlog), within(each.latency)});
    return table.text("Recovery");
}

}  // namespace trunkline::sim
