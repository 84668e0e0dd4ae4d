#pragma once
// Why a scenario is refused.

#include <stdexcept>

namespace trunkline::sim {

/// One line for the user: `FILE:LINE: /json/pointer: what would be right, got what stands there`. Exit status 2.
class ScenarioError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace trunkline::sim
