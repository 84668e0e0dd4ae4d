#include "runtime/http/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace trunkline::runtime {

namespace {

double seconds_in(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t open_descriptors() {
    std::error_code error;
    const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
    if (error) return 0;
    return static_cast<std::uint64_t>(std::distance(begin(descriptors), end(descriptors)));
}

}  // namespace

std::uint64_t resident_memory() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    if (!(file >> all >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void add_process_metrics(MetricsText& metrics) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    metrics.counter("process_cpu_seconds_total", "CPU time, user and system.")
        .sample_seconds(seconds_in(used.ru_utime) + seconds_in(used.ru_stime));
    metrics.gauge("process_resident_memory_bytes", "Memory that is resident.").sample(resident_memory());
    metrics.gauge("process_open_fds", "Open file descriptors.").sample(open_descriptors());
}

}  // namespace trunkline::runtime
