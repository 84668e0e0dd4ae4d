#pragma once
// How a process of the system ends.

#include <cstdint>

namespace trunkline::sim {

enum class ProcessEnd : std::uint8_t {
    orderly,     // it says goodbye and stores all that it has to
    power_loss,  // at once; of what was being written, the seed decides how much is on the disk
};

}  // namespace trunkline::sim
