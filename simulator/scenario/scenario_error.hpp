#pragma once
// Why a scenario is refused.

#include <stdexcept>
#include <string>
#include <utility>

namespace trunkline::sim {

/// One line for the user: `FILE:LINE: /json/pointer: what would be right, got what stands there`. Exit status 2.
class ScenarioError : public std::runtime_error {
public:
    explicit ScenarioError(const std::string& line, std::string pointer = {})
        : std::runtime_error(line), pointer_(std::move(pointer)) {}

    /// The place that the line names (RFC 6901); empty: the whole document, or none of its values.
    const std::string& pointer() const { return pointer_; }

private:
    std::string pointer_;
};

}  // namespace trunkline::sim
