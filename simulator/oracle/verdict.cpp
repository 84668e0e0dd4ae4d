#include "simulator/oracle/verdict.hpp"

#include <algorithm>

namespace trunkline::sim {

std::string_view name_of(Violation::Promise promise) {
    constexpr std::string_view names[] = {"qos_0",   "qos_1",  "qos_2",  "order",        "will",     "retained",
                                          "session", "ledger", "origin", "registration", "pingresp", "liveness"};
    return names[static_cast<std::size_t>(promise)];
}

std::string_view name_of(ExpectationPlan::Kind kind) {
    constexpr std::string_view names[] = {"delivery", "analytic",  "exactly-once", "ordered",      "will",
                                          "session",  "queue",     "retained",     "attributed",   "recovery",
                                          "latency",  "sometimes", "staleness",    "leak-located", "never",
                                          "answered", "always"};
    return names[static_cast<std::size_t>(kind)];
}

SensorFigures& SensorFigures::operator+=(const SensorFigures& other) {
    offered += other.offered;
    to_acknowledge += other.to_acknowledge;
    left += other.left;
    acknowledged += other.acknowledged;
    gave_up += other.gave_up;
    rejected += other.rejected;
    transmissions += other.transmissions;
    connects += other.connects;
    losses += other.losses;
    return *this;
}

bool ExpectationResult::holds() const {
    return std::all_of(measures.begin(), measures.end(), [](const Measure& measure) { return measure.holds; });
}

bool Verdict::passed() const {
    return unforgiven_violations == 0 && std::all_of(expectations.begin(), expectations.end(),
                                                     [](const ExpectationResult& result) { return result.holds(); });
}

bool Verdict::passed_as_one_of_many() const {
    return unforgiven_violations == 0 &&
           std::all_of(expectations.begin(), expectations.end(),
                       [](const ExpectationResult& result) { return result.holds_as_one_of_many(); });
}

}  // namespace trunkline::sim
