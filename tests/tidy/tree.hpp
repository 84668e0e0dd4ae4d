#pragma once
// The tree of sources, and all rules over it.

#include <filesystem>
#include <map>
#include <string>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

/// The whole text of a file. Throws std::runtime_error that names it.
std::string read_text(const std::filesystem::path& file);

struct Verdict {
    Findings findings;  // sorted by file and line
    Findings remarks;
    std::size_t files = 0;
};

/// All .hpp and .cpp under `root` in the roots of `layers` (sources) and in tests and benchmarks. Folders named
/// "planted" are left out.
Verdict check_tree(const std::filesystem::path& root, const Layers& layers, const Clauses& clauses);

}  // namespace trunkline::tidy
