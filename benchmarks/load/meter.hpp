#pragma once
// What a stretch of a load has cost, and its figures as JSON.

#include <nlohmann/json.hpp>

#include "benchmarks/load/process.hpp"
#include "benchmarks/load/samples.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::load {

using Json = nlohmann::ordered_json;

inline double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
inline Duration of_seconds(double seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

/// From now until taken().
class Meter {
public:
    explicit Meter(pid_t target)
        : target_(target), began_(clock_.now()), cpu_(cpu_time_of(target)), own_cpu_(own_cpu_time()) {}

    Duration passed() const { return clock_.now() - began_; }
    Json taken(std::uint64_t messages) const {
        return {{"messages", messages},
                {"seconds", in_seconds(passed())},
                {"cpu_seconds", in_seconds(cpu_time_of(target_) - cpu_)},
                {"load_cpu_seconds", in_seconds(own_cpu_time() - own_cpu_)},
                {"resident_kib", resident_kib(target_)}};
    }

private:
    runtime::RealClock clock_;
    pid_t target_;
    Instant began_;
    Duration cpu_;
    Duration own_cpu_;
};

inline Json percentiles(Samples& samples) {
    const auto microseconds = [&](double share) { return in_seconds(samples.percentile(share)) * 1e6; };
    return {{"p50", microseconds(0.5)}, {"p99", microseconds(0.99)}, {"max", microseconds(1)}};
}

}  // namespace trunkline::load
