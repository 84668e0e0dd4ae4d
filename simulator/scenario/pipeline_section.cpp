// "pipeline": the pipe along which the stations stand.

#include <algorithm>
#include <array>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

struct Fluid {
    std::string_view name;
    double density;  // kg/m³
};
constexpr std::array<Fluid, 4> fluids = {{{"crude", 870.0}, {"diesel", 835.0}, {"gasoline", 740.0}, {"water", 998.0}}};

constexpr double millimetres_in_metre = 1000.0;

double density_of(const Field& fluid) {
    std::array<std::string_view, fluids.size()> names;
    for (std::size_t at = 0; at < fluids.size(); ++at) names[at] = fluids[at].name;
    const std::string word = fluid.word(names);
    return std::find_if(fluids.begin(), fluids.end(), [&](const Fluid& each) { return each.name == word; })->density;
}

}  // namespace

void read_pipeline(const Field& pipeline, Draft& draft) {
    constexpr std::array<Key, 6> keys = {
        {{"length_km"}, {"fluid"}, {"wave_mps"}, {"flow_m3h"}, {"diameter_mm"}, {"friction"}}};
    pipeline.allow(keys);
    PipePlan plan;
    plan.length = pipeline.need("length_km").number(1.0, 10'000.0) * metres_in_km;
    plan.density = density_of(pipeline.need("fluid"));
    plan.wave_speed = pipeline.need("wave_mps").number(100.0, 2'000.0);
    if (const auto diameter = pipeline.find("diameter_mm"))
        plan.diameter = diameter->number(50.0, 3'000.0) / millimetres_in_metre;
    if (const auto friction = pipeline.find("friction")) plan.friction = friction->number(0.0, 0.2);
    const Field flow = pipeline.need("flow_m3h");
    plan.flow = flow.number(0.0, 1e6) / seconds_in_hour;
    // Beyond it nobody pumps, and a step of the solution would be more than a wave's.
    constexpr double fastest = 10.0;
    if (plan.flow > fastest * plan.area()) flow.refuse("a flow of at most 10 m/s in this diameter is wanted");
    draft.plan.pipeline = plan;
}

}  // namespace trunkline::sim::reading
