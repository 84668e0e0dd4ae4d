#include "simulator/oracle/expectation_case.hpp"

#include <algorithm>
#include <chrono>

#include "simulator/oracle/settlement.hpp"

namespace trunkline::sim::judging {

double real(std::uint64_t count) { return static_cast<double>(count); }
double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Measure within(std::string name, double measured, std::optional<double> from, std::optional<double> to) {
    const bool holds = (!from || measured >= *from) && (!to || measured <= *to);
    return {std::move(name), measured, std::nullopt, from, to, holds};
}

Measure some(std::string name, std::uint64_t count) { return within(std::move(name), real(count), 1.0, std::nullopt); }

Measure at_most(std::string name, double measured, double limit) {
    return within(std::move(name), measured, std::nullopt, limit);
}

Measure exactly(std::string name, double measured, double wanted) {
    return within(std::move(name), measured, wanted, wanted);
}

Measure percentile(const PercentileBound& bound, const LogHistogram& histogram) {
    return at_most(std::string(bound.name) + "_s", in_seconds(histogram.percentile(bound.of_100_000)),
                   in_seconds(bound.at_most));
}

bool Case::is_of(std::size_t sensor) const {
    return std::binary_search(plan.sensors.begin(), plan.sensors.end(), sensor);
}

std::uint64_t Case::broken(Violation::Promise promise) const {
    return static_cast<std::uint64_t>(std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.promise == promise && finding.actor == plan.actor && is_of(finding.sensor);
    }));
}

Ledger Case::ledger() const {
    Ledger sum;
    for (const std::size_t sensor : plan.sensors) {
        if (const auto slot = books.slot_of(sensor, plan.actor)) sum += ledger_of(books, sensor, *slot, end);
    }
    return sum;
}

std::uint64_t Case::accepted() const {
    std::uint64_t sum = 0;
    for (const std::size_t sensor : plan.sensors)
        sum += books.sensors[sensor].figures.acknowledged + books.sensors[sensor].figures.left;
    return sum;
}

}  // namespace trunkline::sim::judging
