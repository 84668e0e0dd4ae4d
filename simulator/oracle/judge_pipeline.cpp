// Expectations about the control room: leaks that it locates, commands that are answered.

#include <algorithm>
#include <cmath>

#include "simulator/oracle/expectation_case.hpp"

namespace trunkline::sim::judging {

namespace {

/// When a leak's fronts have reached the sensors on both sides: no control room can know before.
Duration fronts_at_both_sides(const Case& each, double metres) {
    double upstream = 0.0;
    double downstream = each.books.scenario.pipeline->length;
    for (const std::size_t sensor : each.plan.sensors) {
        const double at = each.books.scenario.sensors[sensor].metres;
        if (at <= metres) upstream = std::max(upstream, at);
        else downstream = std::min(downstream, at);
    }
    const double way = std::max(metres - upstream, downstream - metres);
    return Duration(static_cast<Duration::rep>(way / each.books.scenario.pipeline->wave_speed * 1e9));
}

}  // namespace

void judge_leak_located(const Case& each, ExpectationResult& result) {
    const LeakWatch* watch = each.books.watches.leak(each.index);
    if (watch == nullptr) return;
    const FaultPlan& fault = each.books.scenario.faults[each.plan.fault.value()];
    const Instant began = each.books.start + fault.at;
    const auto& located = watch->detector.located();
    const auto first =
        std::find_if(located.begin(), located.end(), [began](const auto& one) { return one.at >= began; });
    result.readings = each.ledger().delivered;
    result.measures.push_back(exactly("false_alarms", static_cast<double>(first - located.begin()), 0.0));
    result.measures.push_back(some("located", first != located.end() ? 1 : 0));
    if (first == located.end()) return;
    const double error = std::abs(first->metres - fault.pipe->at);
    result.measures.push_back(at_most("error_km", error / metres_in_km, each.plan.error_at_most / metres_in_km));
    result.measures.push_back(at_most("located_s", in_seconds(first->at - began), in_seconds(each.plan.within)));
    const Duration fronts = fronts_at_both_sides(each, fault.pipe->at);
    result.measures.push_back(within("fronts_s", in_seconds(fronts), std::nullopt, std::nullopt));
    result.measures.push_back(
        within("after_fronts_s", in_seconds(first->at - began - fronts), std::nullopt, std::nullopt));
}

void judge_answered(const Case& each, ExpectationResult& result) {
    std::uint64_t answered = 0;
    Duration slowest{};
    const std::vector<AnswerBook>& answers = each.books.actors[each.plan.actor].answers;
    for (const AnswerBook& answer : answers) {
        if (!answer.is_answered) continue;
        ++answered;
        slowest = std::max(slowest, answer.after);
    }
    result.measures.push_back(exactly("answered", real(answered), real(answers.size())));
    result.measures.push_back(within("slowest_s", in_seconds(slowest), std::nullopt, std::nullopt));
}

}  // namespace trunkline::sim::judging
