#pragma once
// Makes a scenario that fails as small as it can be and still fails.

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// Tries one change after another and keeps what leaves the failure as it is: expectations, faults, actors, sensors and
/// stations are left out, in halves first (Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input,
/// 2002); what is left has fewer copies, begins earlier and lasts shorter; and every key that need not be there goes.
/// Again from the beginning, until nothing helps any more.
class Shrinker {
public:
    using Json = nlohmann::ordered_json;
    /// Whether a scenario still fails in the same way. One that is no scenario any more does not.
    using StillFails = std::function<bool(const Json&)>;

    Shrinker(Json scenario, StillFails still_fails)
        : scenario_(std::move(scenario)), still_fails_(std::move(still_fails)) {}

    /// The smallest that was found. Ends early once `is_enough` says so.
    Json shrink(const std::function<bool()>& is_enough);

private:
    using Pointer = Json::json_pointer;

    /// Keeps the candidate if it still fails.
    bool keep(Json candidate);
    void leave_out_elements(std::string_view list);
    void lower_counts();
    void lower(const Pointer& at, std::uint64_t least);
    void shorten_times();
    void shorten(const Pointer& at);
    void leave_out_keys();
    void leave_out_keys_of(const Pointer& object);
    std::size_t length_of(std::string_view list) const;

    Json scenario_;
    StillFails still_fails_;
};

}  // namespace trunkline::sim
