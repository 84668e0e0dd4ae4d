#pragma once
// The first large steps of shrinking: whoever failed alone, or with those around, and an end soon after.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// A run of so many sensors, and so long a run phase.
struct CoarseCut {
    std::size_t sensors = 0;
    Duration run{};
};

/// Cuts of one scenario about a failure. What a run takes grows with its sensors times its length, and the whole is the
/// most expensive run of all: the cuts are tried from the cheapest on, so that those which were in vain cost less than
/// the one which succeeds.
class CoarseCuts {
public:
    using Json = nlohmann::ordered_json;

    /// `document`: what `whole` was read from; both outlive it. `sensor`: the id of whom the failure is about; empty:
    /// of nobody. `expectation`: the id of the one that fails; empty: none. `over_by`: when it had failed, since the
    /// run's beginning; nothing: unknown.
    CoarseCuts(const Json& document, const Scenario& whole, const std::string& sensor, std::string expectation,
               std::optional<Duration> over_by);

    std::size_t size() const { return cuts_.size(); }
    const CoarseCut& operator[](std::size_t number) const { return cuts_[number]; }
    /// The document with this cut made, and without expectations but the one that fails. What stands in it about later
    /// times and about other sensors is left as it is.
    Json cut(std::size_t number) const;

private:
    void leave_out_sensors(Json& document, std::size_t kept) const;

    const Json& document_;
    const Scenario& whole_;
    std::string expectation_;
    std::vector<std::size_t> nearest_;  // indexes of sensors: whom it is about, then those around, then all others
    std::vector<CoarseCut> cuts_;       // the cheapest first
};

}  // namespace trunkline::sim
