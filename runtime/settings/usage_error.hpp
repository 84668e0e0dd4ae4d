#pragma once
// What the user wrote cannot be meant: exit status 2.

#include <stdexcept>

namespace trunkline::runtime {

/// One line for the user: the place ("--listen", "broker.json:4: /listen/0"), what is wrong, what would be right.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace trunkline::runtime
