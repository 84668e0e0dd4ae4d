#include "simulator/scenario/scenario_file.hpp"

#include <cstdint>
#include <fstream>

#include "simulator/scenario/scenario_error.hpp"

namespace trunkline::sim {

namespace {

constexpr std::uintmax_t largest_file_bytes = 64U << 20U;

}  // namespace

std::string read_scenario_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) throw ScenarioError(path + ": cannot be opened; the path of a scenario file is wanted");
    const auto size = static_cast<std::intmax_t>(in.tellg());
    if (size < 0 || static_cast<std::uintmax_t>(size) > largest_file_bytes)
        throw ScenarioError(path + ": a file of at most 64 MiB is wanted");
    std::string text(static_cast<std::size_t>(size), '\0');
    in.seekg(0);
    in.read(text.data(), size);
    if (!in) throw ScenarioError(path + ": cannot be read");
    return text;
}

}  // namespace trunkline::sim
