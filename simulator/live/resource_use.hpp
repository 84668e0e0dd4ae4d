#pragma once
// What a process has used of the machine.

#include <cstdint>

#include "protocol/base/instant.hpp"

struct rusage;

namespace trunkline::sim {

struct ResourceUse {
    Duration processor{};                  // in user and in system mode
    std::uint64_t most_memory_octets = 0;  // resident, at its peak

    /// Of another life: times add up, of peaks the higher one counts.
    ResourceUse& operator+=(const ResourceUse& other);
};

ResourceUse resource_use(const rusage& used);

/// Of this process, so far.
ResourceUse own_resource_use();

}  // namespace trunkline::sim
