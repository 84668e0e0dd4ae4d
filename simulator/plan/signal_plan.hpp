#pragma once
// What a device measures.

#include <cstdint>
#include <string>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

enum class SignalModel : std::uint8_t {
    wander,    // "ou": an Ornstein-Uhlenbeck process about a mean
    wave,      // "sine+noise": the day's warmth
    actuator,  // a valve, in percent open
    step,      // a pump: one of two levels
    counter,   // a totalizer: it only rises
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
    double per_hour = 0.0;  // counter: its rise in the mean
};

}  // namespace trunkline::sim
