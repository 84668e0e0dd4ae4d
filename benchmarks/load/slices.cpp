#include "benchmarks/load/slices.hpp"

#include <nlohmann/json.hpp>

namespace trunkline::load {

void Slices::add(Samples& slice) {
    if (slice.empty()) return;
    p50_.add(slice.percentile(0.5));
    p99_.add(slice.percentile(0.99));
}

Json Slices::medians() {
    const auto microseconds = [](Samples& slices) { return in_seconds(slices.percentile(0.5)) * 1e6; };
    return {{"p50", microseconds(p50_)}, {"p99", microseconds(p99_)}};
}

}  // namespace trunkline::load
