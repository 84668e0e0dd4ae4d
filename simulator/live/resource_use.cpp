#include "simulator/live/resource_use.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>

namespace trunkline::sim {

namespace {

Duration duration_of(const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

ResourceUse& ResourceUse::operator+=(const ResourceUse& other) {
    processor += other.processor;
    most_memory_octets = std::max(most_memory_octets, other.most_memory_octets);
    return *this;
}

ResourceUse resource_use(const rusage& used) {
    constexpr std::uint64_t kibibyte = 1024;  // getrusage(2): ru_maxrss counts these
    return {duration_of(used.ru_utime) + duration_of(used.ru_stime),
            static_cast<std::uint64_t>(used.ru_maxrss) * kibibyte};
}

ResourceUse own_resource_use() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return resource_use(used);
}

}  // namespace trunkline::sim
