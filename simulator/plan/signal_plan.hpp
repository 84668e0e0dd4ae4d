#pragma once
// What a device measures.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/pipe_plan.hpp"

namespace trunkline::sim {

enum class SignalModel : std::uint8_t {
    wander,    // "ou": an Ornstein-Uhlenbeck process about a mean
    wave,      // "sine+noise": the day's warmth
    actuator,  // a valve, in percent open
    step,      // a pump: one of two levels
    counter,   // a totalizer: it only rises
    replay,    // what was recorded once
};

/// One value of a recording.
struct ReplayPoint {
    Duration at{};  // since the run's beginning, rising
    double value = 0.0;
};

/// A model and its figures, in the signal's unit. Which members mean something depends on the model.
struct SignalPlan {
    std::string id;
    double mean = 0.0;   // wander, wave
    double sigma = 0.0;  // wander: of the stationary distribution; wave, step: of the noise
    Duration tau{};      // wander: relaxation time
    std::string unit;
    SignalModel model = SignalModel::wander;
    double amplitude = 0.0;  // wave
    Duration period{};       // wave: positive; it crosses the mean upwards when the run begins
    Duration travel{};       // actuator: from one end to the other; positive
    Duration every{};   // actuator, step: how long it stays, in the mean; an actuator with zero moves on command only
    double low = 0.0;   // step
    double high = 1.0;  // step
    double per_hour = 0.0;                 // counter: its rise in the mean
    std::vector<ReplayPoint> points = {};  // replay: at least one
    bool holds_values = false;             // replay: each until the next one; else in proportion between the two
    Duration repeats{};                    // replay: begins anew after so long; zero: the last value stays
    std::vector<std::string> states =
        {};  // actuator: what it is called open, under way, closed; none: it tells percent
    std::optional<PipeQuantity> couples = std::nullopt;  // what the pipe does is added to it
};

}  // namespace trunkline::sim
