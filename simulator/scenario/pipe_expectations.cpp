// The expectation that a leak is found.

#include <algorithm>
#include <array>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr double usual_threshold = 0.05;  // bar

/// Of all sensors, those that see the pipe's pressure and whose readings the actor gets.
void keep_gauges(const Draft& draft, ExpectationPlan& plan) {
    std::erase_if(plan.sensors, [&](std::size_t at) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        return draft.plan.signals[sensor.signal].couples != PipeQuantity::pressure ||
               !subscribes(draft.plan.actors[plan.actor], sensor.topic, 0);
    });
}

void check_both_sides(const Field& expectation, const Draft& draft, const ExpectationPlan& plan, double leak) {
    const auto stands = [&](std::size_t at) { return draft.plan.sensors[at].metres; };
    const bool upstream =
        std::any_of(plan.sensors.begin(), plan.sensors.end(), [&](auto at) { return stands(at) < leak; });
    const bool downstream =
        std::any_of(plan.sensors.begin(), plan.sensors.end(), [&](auto at) { return stands(at) > leak; });
    if (!upstream || !downstream)
        expectation.find("of")
            .value_or(expectation)
            .complain(
                "sensors of pressures that couple with the hydraulics are wanted on both sides of the leak, and an "
                "actor "
                "that gets their readings");
}

}  // namespace

void read_leak_located(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 8> keys = {
        {{"id"}, {"kind"}, {"of"}, {"to"}, {"fault"}, {"error_km"}, {"within"}, {"threshold"}}};
    constexpr std::array<Key, 1> error_keys = {{{"max"}}};
    expectation.allow(keys);
    read_sensors_of(expectation, draft, true, plan);
    plan.actor = actor_of_to(expectation, draft);
    plan.fault = fault_of(expectation, "fault", draft);
    const FaultPlan& fault = draft.plan.faults[*plan.fault];
    if (!fault.pipe || fault.pipe->kind != PipeEvent::Kind::leak)
        expectation.need("fault").complain("a leak is wanted, \"do\": \"leak\"");
    keep_gauges(draft, plan);
    check_both_sides(expectation, draft, plan, fault.pipe->at);
    const Field error = expectation.need("error_km");
    error.allow(error_keys);
    plan.error_at_most = error.need("max").number(0.0, 10'000.0) * metres_in_km;
    const Field within = expectation.need("within");
    plan.within = within.duration(std::chrono::milliseconds(1), std::chrono::hours(24));
    if (fault.at + plan.within > draft.plan.length())
        within.complain("a time that ends within the run is wanted; \"" + fault.id + "\" begins at " +
                        duration_text(fault.at) + " of " + duration_text(draft.plan.length()));
    const auto threshold = expectation.find("threshold");
    plan.threshold = threshold ? threshold->number(0.001, 1e6) : usual_threshold;
}

}  // namespace trunkline::sim::reading
