#include "benchmarks/load/process.hpp"

#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>

namespace trunkline::load {

namespace {

Duration time_of(clockid_t clock) {
    timespec time{};
    if (::clock_gettime(clock, &time) != 0) throw std::runtime_error("the target has ended");
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Duration cpu_time_of(pid_t process) {
    clockid_t clock{};
    if (::clock_getcpuclockid(process, &clock) != 0) throw std::runtime_error("the target has ended");
    return time_of(clock);
}

Duration own_cpu_time() { return time_of(CLOCK_PROCESS_CPUTIME_ID); }

std::uint64_t resident_kib(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string word; status >> word;) {
        std::uint64_t kib = 0;
        if (word == "VmRSS:" && status >> kib) return kib;
    }
    throw std::runtime_error("the target has ended");
}

}  // namespace trunkline::load
