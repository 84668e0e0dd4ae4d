#pragma once
// A fault that a driver cannot play.

#include <stdexcept>

namespace trunkline::sim {

/// Told before the run, by the fault's name.
class UnsupportedFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace trunkline::sim
