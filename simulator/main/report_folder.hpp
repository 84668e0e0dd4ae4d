#pragma once
// Where the files of a report go.

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The folder could not be made, or a file not be written: one line that names it.
class ReportError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class ReportFolder {
public:
    /// Makes the folder and those above it: the one given, or the scenario's, or out/NAME-SEED.
    ReportFolder(const Scenario& scenario, const std::optional<std::string>& folder);

    /// Replaces the file at once, so that nobody reads half of it.
    void write(std::string_view name, std::string_view text) const;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace trunkline::sim
