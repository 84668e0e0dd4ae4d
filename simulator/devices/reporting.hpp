#pragma once
// Report by exception: of all that a device measures, it tells what has changed, and from time to time that it lives.

#include <cstdint>
#include <optional>

#include "protocol/base/instant.hpp"
#include "simulator/plan/device_plan.hpp"

namespace trunkline::sim {

/// What one device has told last.
class Reporting {
public:
    /// Whether this measurement is told; then it is the last one.
    bool is_told(const ReportingPlan& plan, std::int64_t thousandths, Instant at) {
        if (last_ && !is_due(plan, thousandths, at)) return false;
        last_ = Told{at, thousandths};
        return true;
    }

private:
    struct Told {
        Instant at{};
        std::int64_t thousandths = 0;
    };
    bool is_due(const ReportingPlan& plan, std::int64_t thousandths, Instant at) const {
        const Duration since = at - last_->at;
        if (plan.at_most > Duration::zero() && since >= plan.at_most) return true;
        const std::int64_t change = thousandths - last_->thousandths;
        return since >= plan.at_least && (change >= plan.deadband || -change >= plan.deadband);
    }

    std::optional<Told> last_;
};

}  // namespace trunkline::sim
