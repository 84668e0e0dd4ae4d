#pragma once
// What the programs of loads have in common.

#include <span>
#include <string>

namespace trunkline::load {

/// main(): prints what `run` returns. Exit status 1: the target did not do its part, 2: wrong usage
/// (std::invalid_argument).
int load_main(const char* program, const char* usage, std::string (*run)(std::span<char* const> arguments), int argc,
              char** argv);

}  // namespace trunkline::load
