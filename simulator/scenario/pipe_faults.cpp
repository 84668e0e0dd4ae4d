// What "faults" do to the pipe: a leak, a pump that trips, a valve that closes, a pig.

#include <algorithm>
#include <array>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

/// The place in metres. Without `with_ends`, the pipe goes on on both sides of it.
double pipe_place_of(const Field& fault, const Draft& draft, bool with_ends) {
    const Field km = fault.need("at_km");
    if (!draft.plan.pipeline) fault.need("do").complain("a section \"pipeline\" is wanted with it");
    const double length = draft.plan.pipeline->length / metres_in_km;
    const double at = km.number(0.0, length);
    if (!with_ends && (at <= 0.0 || at >= length)) km.refuse("a place between both ends of the pipe is wanted");
    return at * metres_in_km;
}

/// `for`; without it, until the run is over.
Duration pipe_fault_length(const Field& fault, const Draft& draft) {
    if (const auto length = fault.find("for"))
        return length->duration(std::chrono::milliseconds(1), std::chrono::hours(24 * 366));
    const Duration at = fault.need("at").duration(Duration::zero(), std::max(draft.plan.run, draft.written_run));
    return std::max(Duration::zero(), draft.plan.length() - draft.plan.warmup - at);
}

Duration ramp_of(const Field& fault, std::string_view key, Duration usual) {
    const auto ramp = fault.find(key);
    return ramp ? ramp->duration(Duration::zero(), std::chrono::hours(1)) : usual;
}

}  // namespace

void read_leak(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"at"}, {"do"}, {"for"}, {"at_km"}, {"rate_m3h"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::pipe;
    PipeEvent event;
    event.kind = PipeEvent::Kind::leak;
    event.at = pipe_place_of(fault, draft, false);
    event.size = fault.need("rate_m3h").number(0.001, 1e6) / seconds_in_hour;
    plan.length = pipe_fault_length(fault, draft);
    plan.pipe = event;
}

void read_pump_trip(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 7> keys = {{{"id"}, {"at"}, {"do"}, {"for"}, {"at_km"}, {"boost_bar"}, {"stops_in"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::pipe;
    PipeEvent event;
    event.kind = PipeEvent::Kind::pump_trip;
    event.at = pipe_place_of(fault, draft, true);
    event.size = fault.need("boost_bar").number(0.001, 1000.0) * pascals_in_bar;
    event.ramp = ramp_of(fault, "stops_in", std::chrono::seconds(5));
    plan.length = pipe_fault_length(fault, draft);
    plan.pipe = event;
}

void read_valve(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"at"}, {"do"}, {"for"}, {"at_km"}, {"closes_in"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::pipe;
    PipeEvent event;
    event.kind = PipeEvent::Kind::valve;
    event.at = pipe_place_of(fault, draft, false);
    event.ramp = ramp_of(fault, "closes_in", std::chrono::seconds(40));
    plan.length = pipe_fault_length(fault, draft);
    plan.pipe = event;
}

void read_pig(const Field& fault, const Draft& draft, FaultPlan& plan) {
    constexpr std::array<Key, 4> keys = {{{"id"}, {"at"}, {"do"}, {"at_km"}}};
    fault.allow(keys);
    plan.kind = FaultPlan::Kind::pipe;
    PipeEvent event;
    event.kind = PipeEvent::Kind::pig;
    event.at = pipe_place_of(fault, draft, true);
    plan.pipe = event;
}

}  // namespace trunkline::sim::reading
