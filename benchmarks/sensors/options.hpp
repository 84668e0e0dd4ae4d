#pragma once
// What the command line asks for.

#include <span>
#include <string>

#include "benchmarks/sensors/herd.hpp"

namespace trunkline::load {

struct SensorOptions {
    std::string run;  // flow, connect, sleep, restart or flood
    HerdPlan plan;
    long target = 0;       // process
    double prepare = 0;    // seconds
    double warm_up = 0.5;  // the same
    double seconds = 2;    // measured
};

extern const char* const sensor_usage;

/// Throws std::invalid_argument with what would be right.
SensorOptions read_sensor_options(std::span<char* const> arguments);

}  // namespace trunkline::load
