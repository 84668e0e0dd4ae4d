#pragma once
// The pipe of a run: what devices along it measure, at any time.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulator/pipeline/pipe_flow.hpp"
#include "simulator/pipeline/pipe_timetable.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Solves the flow step by step as far as it has been asked for, and remembers the last steps at the places where
/// devices stand: what it answers follows from place and time alone, whoever asks first. Before the first event
/// nothing is solved, because nothing happens.
///
/// Ten thousand sensors cost no more than one: a step is a few floating-point operations for each cell, and an answer
/// is one interpolation.
class Pipe {
public:
    /// Of a scenario that has a pipeline.
    explicit Pipe(const Scenario& scenario);

    /// `metres`: a place at which a device of the scenario stands that is coupled to the pipe. `at`: since the run's
    /// beginning, and not more than `memory` steps before the latest time that was asked for; what is older is answered
    /// with the oldest that is known.
    double value(PipeQuantity quantity, double metres, Duration at);

    static constexpr std::size_t memory = 256;

private:
    struct Sample {
        double pressure = 0.0;  // Pa
        double flow = 0.0;      // m³/s
    };
    struct Pig {
        double at = 0.0;  // m
        bool is_under_way = false;
        std::size_t event = 0;
    };
    void step();
    void fill_special(Duration at);
    void add_special(const PipeNodeState& state);
    void move_pigs(Duration from, Duration to);
    void pass(double from, double to, Duration begin, Duration end);
    const Sample& sample(std::uint64_t step, std::size_t place) const;
    std::size_t place_of(double metres) const;
    double value_of(PipeQuantity quantity, const Sample& sample) const;

    PipePlan plan_;
    std::vector<TimedPipeEvent> events_;
    PipeFlow flow_;
    Duration step_length_;
    Duration begin_{};            // of step 0
    bool is_moving_ = false;      // something happens at all
    std::vector<double> places_;  // ascending
    std::vector<Sample> memory_;  // a ring of steps, each with all places
    std::uint64_t steps_ = 0;     // solved; the state is that at its end
    std::vector<PipeNodeState> special_;
    std::vector<Pig> pigs_;
    std::vector<std::vector<Duration>> passages_;  // of pigs, by place, ascending
};

}  // namespace trunkline::sim
