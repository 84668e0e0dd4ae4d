#pragma once
// One-dimensional flow of a liquid in an elastic pipe, by the method of characteristics (Wylie, Streeter: Fluid
// Transients in Systems, 1993, chapter 3; Chaudhry: Applied Hydraulic Transients, chapter 3).

#include <cstddef>
#include <span>
#include <vector>

#include "simulator/plan/pipe_plan.hpp"

namespace trunkline::sim {

/// What is special about one node of the pipe during one step.
struct PipeNodeState {
    std::size_t node = 0;
    double sink = 0.0;    // m³/s that leave here
    double drop = 0.0;    // Pa by which the pressure behind it is lower: of a pump that does not pump
    double closed = 0.0;  // of a valve: 0 open, 1 closed
};

/// The pipe as nodes at equal distances. Pressures are those above the steady state, so that neither the profile of
/// the line nor what pumps add to hold it matters; flows are absolute.
///
/// Along the characteristics dx/dt = ±a,
///
///     dp ± (rho a / A) dq + (rho f / (2 D A²)) (q|q| - q0²) dx = 0,
///
/// so that a front is Joukowsky's (1898), dp = rho a dv, and friction (Darcy, Weisbach) wears it away. A step takes
/// the wave from one node to the next: nothing is smeared by the numbers. Both ends are held at their steady pressure,
/// as by a controlled pump and a controlled outlet: waves come back from them with the other sign.
class PipeFlow {
public:
    /// At both ends and between them, `cells` + 1 nodes. cells > 0.
    PipeFlow(const PipePlan& plan, std::size_t cells);

    /// One step of `step_seconds()`. `special`: what holds at its end, each node at most once, in any order.
    void advance(std::span<const PipeNodeState> special);

    double step_seconds() const { return cell_ / plan_.wave_speed; }
    double cell() const { return cell_; }  // m
    std::size_t nodes() const { return now_.size(); }
    /// Pa; between nodes in proportion, at a node what stands behind its pump or valve.
    double pressure(double metres) const;
    /// m³/s, the same.
    double flow(double metres) const;
    /// m³ that the line holds above its steady state: rho a² dV/V = dp.
    double line_pack() const;

private:
    struct Node {
        double pressure_before = 0.0;
        double pressure_behind = 0.0;
        double flow_before = 0.0;
        double flow_behind = 0.0;
    };
    /// What the waves from both neighbours say of a node: p = from - slope q upstream, p = from + slope q downstream.
    struct Wave {
        double from = 0.0;
        double slope = 0.0;
    };
    Wave from_upstream(std::size_t node) const;
    Wave from_downstream(std::size_t node) const;
    Node solve(std::size_t node, const PipeNodeState& state) const;
    template <double Node::*Before, double Node::*Behind>
    double between(double metres) const;

    PipePlan plan_;
    double cell_;
    double impedance_;  // rho a / A, Pa s/m³
    double friction_;   // of a cell: rho f dx / (2 D A²)
    double valve_;      // of an open valve, the same unit
    std::vector<Node> now_;
    std::vector<Node> next_;
};

}  // namespace trunkline::sim
