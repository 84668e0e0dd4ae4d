#include "simulator/pipeline/pipe_flow.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace trunkline::sim {

namespace {

// Loss of an open full-bore valve in velocity heads (Idelchik: Handbook of Hydraulic Resistance, diagram 9-5).
constexpr double open_valve_heads = 0.2;

}  // namespace

PipeFlow::PipeFlow(const PipePlan& plan, std::size_t cells)
    : plan_(plan),
      cell_(plan.length / static_cast<double>(cells)),
      impedance_(plan.density * plan.wave_speed / plan.area()),
      friction_(plan.density * plan.friction * cell_ / (2.0 * plan.diameter * plan.area() * plan.area())),
      valve_(open_valve_heads * plan.density / (2.0 * plan.area() * plan.area())) {
    assert(cells > 0);
    now_.assign(cells + 1, Node{0.0, 0.0, plan.flow, plan.flow});
    next_ = now_;
}

PipeFlow::Wave PipeFlow::from_upstream(std::size_t node) const {
    const Node& before = now_[node - 1];
    const double q = before.flow_behind;
    return {before.pressure_behind + impedance_ * q + friction_ * plan_.flow * plan_.flow,
            impedance_ + friction_ * std::abs(q)};
}

PipeFlow::Wave PipeFlow::from_downstream(std::size_t node) const {
    const Node& behind = now_[node + 1];
    const double q = behind.flow_before;
    return {behind.pressure_before - impedance_ * q - friction_ * plan_.flow * plan_.flow,
            impedance_ + friction_ * std::abs(q)};
}

PipeFlow::Node PipeFlow::solve(std::size_t node, const PipeNodeState& state) const {
    if (node == 0) {
        const Wave down = from_downstream(node);
        const double flow = (-state.drop - down.from) / down.slope;
        return {0.0, -state.drop, flow + state.sink, flow};
    }
    const Wave up = from_upstream(node);
    if (node + 1 == now_.size()) {
        const double flow = up.from / up.slope;
        return {0.0, 0.0, flow, flow - state.sink};
    }
    const Wave down = from_downstream(node);
    if (state.closed >= 1.0) return {up.from - up.slope * state.sink, down.from, state.sink, 0.0};
    // up.from - up.slope (q + sink) - down.from - down.slope q = drop + k q|q|
    const double open = 1.0 - state.closed;
    const double k = valve_ * (1.0 / (open * open) - 1.0);
    const double head = up.from - down.from - up.slope * state.sink - state.drop;
    const double slope = up.slope + down.slope;
    const double flow = 2.0 * head / (slope + std::sqrt(slope * slope + 4.0 * k * std::abs(head)));
    return {up.from - up.slope * (flow + state.sink), down.from + down.slope * flow, flow + state.sink, flow};
}

void PipeFlow::advance(std::span<const PipeNodeState> special) {
    for (std::size_t node = 1; node + 1 < now_.size(); ++node) {
        const Wave up = from_upstream(node);
        const Wave down = from_downstream(node);
        const double flow = (up.from - down.from) / (up.slope + down.slope);
        const double pressure = up.from - up.slope * flow;
        next_[node] = {pressure, pressure, flow, flow};
    }
    next_.front() = solve(0, {});
    next_.back() = solve(now_.size() - 1, {});
    for (const PipeNodeState& state : special) next_[state.node] = solve(state.node, state);
    std::swap(now_, next_);
}

template <double PipeFlow::Node::*Before, double PipeFlow::Node::*Behind>
double PipeFlow::between(double metres) const {
    const double place = std::clamp(metres / cell_, 0.0, static_cast<double>(now_.size() - 1));
    const auto node = std::min(static_cast<std::size_t>(place), now_.size() - 2);
    const double share = place - static_cast<double>(node);
    if (share >= 1.0) return now_[node + 1].*Behind;
    return now_[node].*Behind * (1.0 - share) + now_[node + 1].*Before * share;
}

double PipeFlow::pressure(double metres) const {
    return between<&Node::pressure_before, &Node::pressure_behind>(metres);
}

double PipeFlow::flow(double metres) const { return between<&Node::flow_before, &Node::flow_behind>(metres); }

double PipeFlow::line_pack() const {
    double sum = 0.0;
    for (std::size_t node = 0; node + 1 < now_.size(); ++node)
        sum += 0.5 * (now_[node].pressure_behind + now_[node + 1].pressure_before);
    return sum * cell_ * plan_.area() / (plan_.density * plan_.wave_speed * plan_.wave_speed);
}

}  // namespace trunkline::sim
