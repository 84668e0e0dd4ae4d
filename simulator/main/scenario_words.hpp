#pragma once
// What all commands take that read a scenario.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "simulator/scenario/scenario_reader.hpp"

namespace trunkline::sim {

/// Read by ourselves: the library takes -1 for the largest number. Throws CLI::ValidationError, as all here.
std::uint64_t parse_number(const std::string& option, const std::string& text, std::uint64_t least, std::uint64_t most);
std::uint64_t parse_seed(const std::string& option, const std::string& text);
Duration parse_length(const std::string& option, const std::string& text);

struct ScenarioWords {
    std::string file;
    std::vector<std::string> overrides;
    std::string seed;
    std::string clock;
    std::string duration;

    void add_to(CLI::App& command);
    /// Without what says which clock.
    void add_seeded_to(CLI::App& command);
    /// Without what says which seed and which clock.
    void add_shared_to(CLI::App& command);
    void add_file_to(CLI::App& command);
    ReadOptions options() const;
};

}  // namespace trunkline::sim
