#pragma once
// Makes a scenario that fails as small as it can be and still fails.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/main/first_of.hpp"

namespace trunkline::sim {

/// Tries one change after another and keeps what leaves the failure as it is: expectations, sensors, faults, actors and
/// stations are left out, in halves first (Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input,
/// 2002); what is left has fewer copies, begins earlier and lasts shorter; and every key that need not be there goes.
/// Again from the beginning, until nothing helps any more. What comes out does not depend on the number of threads.
class Shrinker {
public:
    using Json = nlohmann::ordered_json;
    /// The candidate as it was played, if it still fails in the same way: what cannot be in it any more may have been
    /// left out as well. One that is no scenario any more, and one that was given up, does not fail. Called by several
    /// threads at once.
    using Trial = std::function<std::optional<Json>(Json candidate, const IsWorth& is_worth)>;
    /// One of several changes that are tried one after the other. Called by several threads at once.
    using Candidate = std::function<Json(std::size_t number)>;

    Shrinker(Json scenario, std::uint64_t threads, Trial trial)
        : scenario_(std::move(scenario)), threads_(threads), trial_(std::move(trial)) {}

    /// Keeps the first of these candidates that still fails, and returns its number; nothing: none does.
    std::optional<std::size_t> keep_first(std::size_t count, const Candidate& candidate);
    /// The smallest that was found. Ends early once `is_enough` says so.
    Json shrink(const std::function<bool()>& is_enough);
    /// How many candidates have been tried, those aside that were given up.
    std::uint64_t tries() const { return tries_; }

private:
    using Pointer = Json::json_pointer;

    bool keep(Json candidate);
    void leave_out_elements(const Pointer& list);
    void leave_out_sensors();
    void lower_counts();
    void move_towards(const Pointer& at, std::int64_t goal);
    void shorten_phases();
    void shorten_faults();
    void shorten(const Pointer& at);
    void leave_out_keys();
    void leave_out_keys_of(const Pointer& object);
    std::size_t length_of(const Pointer& list) const;

    Json scenario_;
    std::uint64_t threads_;
    Trial trial_;
    std::uint64_t tries_ = 0;
};

}  // namespace trunkline::sim
