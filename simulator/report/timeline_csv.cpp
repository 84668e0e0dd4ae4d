#include "simulator/report/timeline_csv.hpp"

#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

constexpr std::string_view end_of_row = "\r\n";  // RFC 4180 §2.1

std::string latency_field(const HistoryStep& step, Duration latency) {
    return step.delivered == 0 ? std::string() : shortest(milliseconds(latency));
}

}  // namespace

std::string timeline_csv(const History& history) {
    std::string text =
        "at_s,offered,acknowledged,delivered,duplicates,connected,waiting_most,wills,latency_p50_ms,"
        "latency_p99_ms";
    for (std::size_t at = 0; at < loss_cause_count; ++at)
        text += ',' + std::string(name_of(static_cast<LossCause>(at)));
    text += end_of_row;
    Duration begins{};
    for (const HistoryStep& step : history.steps) {
        text += shortest(seconds(begins));
        for (const std::uint64_t count : {step.offered, step.acknowledged, step.delivered, step.duplicates,
                                          step.connected, step.waiting_most, step.wills})
            text += ',' + std::to_string(count);
        text += ',' + latency_field(step, step.latency_p50) + ',' + latency_field(step, step.latency_p99);
        for (const auto count : step.causes) text += ',' + std::to_string(count);
        text += end_of_row;
        begins += history.step;
    }
    return text;
}

}  // namespace trunkline::sim
