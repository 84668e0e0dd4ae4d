#pragma once
// Whose connection to the broker a stream is.

#include <cstdint>

namespace trunkline::sim {

/// To whom the client end of a stream belongs. The server end is the broker's.
struct StreamOwner {
    enum class Kind : std::uint8_t { gateway, actor, rtu };
    Kind kind{};
    std::uint32_t index = 0;     // of the gateway, the actor or the sensor
    std::uint64_t upstream = 0;  // a gateway's name for it
    bool is_backup = false;      // it takes the gateway's second way
};

}  // namespace trunkline::sim
