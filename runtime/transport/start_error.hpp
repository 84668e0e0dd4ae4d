#pragma once
// What keeps a program from starting although it was called correctly: exit status 1.

#include <stdexcept>

namespace trunkline::runtime {

/// One line for the user, with the remedy: "address in use: mqtt://127.0.0.1:1883 …".
class StartError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace trunkline::runtime
