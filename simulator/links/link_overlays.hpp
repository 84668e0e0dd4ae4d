#pragma once
// Which profile links have while faults change them.

#include <cassert>
#include <vector>

#include "simulator/plan/fault_plan.hpp"

namespace trunkline::sim {

/// Of overlays that overlap, the one that began last counts; when one ends, those that go on are laid on again. A
/// `field` has change(sensors, const LinkProfile*), where no profile means the planned one.
class LinkOverlays {
public:
    /// `fault` lives until its end.
    template <typename Field>
    void begin(const FaultPlan& fault, Field& field) {
        assert(fault.overlay);
        lasting_.push_back(&fault);
        field.change(fault.sensors, &*fault.overlay);
    }
    template <typename Field>
    void end(const FaultPlan& fault, Field& field) {
        std::erase(lasting_, &fault);
        field.change(fault.sensors, nullptr);
        for (const FaultPlan* other : lasting_) field.change(other->sensors, &*other->overlay);
    }

private:
    std::vector<const FaultPlan*> lasting_;  // in the order in which they began
};

}  // namespace trunkline::sim
