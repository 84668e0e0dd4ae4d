#pragma once
// The pipe that the stations stand along, and what happens in it.

#include <cstdint>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

// The units of scenarios and readings.
constexpr double metres_in_km = 1000.0;
constexpr double pascals_in_bar = 1e5;
constexpr double seconds_in_hour = 3600.0;

/// A level line of one diameter, in SI units. In steady state `flow` runs from its beginning to its end.
struct PipePlan {
    double length = 0.0;      // m
    double diameter = 0.6;    // m, inside
    double density = 870.0;   // kg/m³
    double wave_speed = 0.0;  // m/s
    double friction = 0.018;  // Darcy's factor
    double flow = 0.0;        // m³/s

    double area() const { return 0.785398163397448310 * diameter * diameter; }
};

/// What a device at the pipe measures of it.
enum class PipeQuantity : std::uint8_t {
    pressure,  // bar: what it is above or below the steady state
    flow,      // m³/h: the same
    pig,       // 1 while a pig passes, else 0
};

/// Something that happens to the pipe at one place.
struct PipeEvent {
    enum class Kind : std::uint8_t {
        leak,       // `size` m³/s leave it
        pump_trip,  // a station's `size` Pa are missing, after `ramp`
        valve,      // closes within `ramp`, and opens again in the end
        pig,        // is launched, and goes with the flow
    };
    Kind kind{};
    double at = 0.0;    // m from the beginning
    double size = 0.0;  // see `kind`
    Duration ramp{};    // see `kind`
};

}  // namespace trunkline::sim
