#include "benchmarks/load/meter.hpp"

#include <nlohmann/json.hpp>

#include "benchmarks/load/process.hpp"

namespace trunkline::load {

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Duration of_seconds(double seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

Meter::Meter(pid_t target)
    : target_(target), began_(clock_.now()), cpu_(cpu_time_of(target)), own_cpu_(own_cpu_time()) {}

Json Meter::taken(std::uint64_t messages) const {
    return {{"messages", messages},
            {"seconds", in_seconds(passed())},
            {"cpu_seconds", in_seconds(cpu_time_of(target_) - cpu_)},
            {"load_cpu_seconds", in_seconds(own_cpu_time() - own_cpu_)},
            {"resident_kib", resident_kib(target_)}};
}

Json percentiles(Samples& samples) {
    const auto microseconds = [&](double share) { return in_seconds(samples.percentile(share)) * 1e6; };
    return {{"p50", microseconds(0.5)}, {"p99", microseconds(0.99)}, {"max", microseconds(1)}};
}

}  // namespace trunkline::load
