#pragma once
// A sum that a driver kept, by name.

#include <cstdint>
#include <string_view>

namespace trunkline::sim {

struct RunCounter {
    std::string_view name;
    std::uint64_t value = 0;
};

}  // namespace trunkline::sim
