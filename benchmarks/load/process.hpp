#pragma once
// What a process has used, as the kernel counts it.

#include <sys/types.h>

#include <cstdint>

#include "protocol/base/instant.hpp"

namespace trunkline::load {

/// Processor time of a process with all its threads, to the nanosecond.
Duration cpu_time_of(pid_t process);
Duration own_cpu_time();
/// Kibibytes of it that are in memory.
std::uint64_t resident_kib(pid_t process);

}  // namespace trunkline::load
