#pragma once
// The largest value that still holds, between two.

#include <optional>
#include <string>

#include "protocol/base/result.hpp"

namespace trunkline::sim {

/// Values of a search as users write them: "50", "0.05", "250ms", "64KiB". Both ends have the same unit, or none; where
/// both are whole, so is what lies between.
class SearchValues {
public:
    /// An error: what is wrong with the two.
    static Result<SearchValues, std::string> parse(const std::string& from, const std::string& to);

    /// The value as it is written in a scenario.
    std::string text(double value) const;
    double from() const { return from_; }
    double to() const { return to_; }
    /// Whether two values are too near to look between them: neighbours, or within a hundredth of the larger one.
    bool are_near(double holds, double fails) const;
    /// A value between two that are not near.
    double middle(double holds, double fails) const;

private:
    double from_ = 0.0;
    double to_ = 0.0;
    bool are_whole_ = false;
    std::string unit_;
};

/// Narrows down where values stop to hold.
class Bisection {
public:
    explicit Bisection(const SearchValues& values) : values_(values) {}

    /// The value to try next; nothing: the answer is known. The ends come first, the smaller one before the larger.
    std::optional<double> next() const;
    /// What became of it.
    void tried(double value, bool holds);

    /// The largest value known to hold; nothing: none.
    std::optional<double> holds() const { return holds_; }
    /// The smallest known not to.
    std::optional<double> fails() const { return fails_; }

private:
    SearchValues values_;
    std::optional<double> holds_;
    std::optional<double> fails_;
};

}  // namespace trunkline::sim
