#pragma once
// What the command line asks for.

#include <span>
#include <string>

#include "benchmarks/load/fleet.hpp"

namespace trunkline::load {

struct Options {
    std::string run;  // flow, queue, connect, drain or stall
    Plan plan;
    long target = 0;                   // process
    double warm_up = 0.5;              // seconds
    double seconds = 2;                // measured
    std::size_t messages = 100'000;    // of queue and drain
    std::size_t connections = 10'000;  // of connect
    bool absent = false;               // the subscribers of flow
};

extern const char* const usage;

/// Throws std::invalid_argument with what would be right.
Options read_options(std::span<char* const> arguments);

}  // namespace trunkline::load
