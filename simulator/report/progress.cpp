#include "simulator/report/progress.hpp"

#include <algorithm>

#include "simulator/plan/durations.hpp"
#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

/// Whole seconds: milliseconds would flicker.
std::string whole_seconds(Instant instant) {
    std::string text = clock_text(instant);
    return text.substr(0, text.size() - 4);
}

}  // namespace

std::string progress_line(const Scenario& scenario, Instant now, const OracleProgress& progress) {
    const Duration length = scenario.length();
    const double part = static_cast<double>(now.time_since_epoch().count()) / static_cast<double>(length.count());
    const std::string number = std::to_string(static_cast<int>(std::clamp(part, 0.0, 1.0) * 100.0));
    return std::string(3 - number.size(), ' ') + number + " %  " + whole_seconds(now) + " of " +
           whole_seconds(Instant(length)) + ", " + grouped(progress.offered) + " readings offered, " +
           grouped(progress.deliveries) + " deliveries, " + grouped(progress.sensors_connected) + " of " +
           grouped(scenario.sensors.size()) + " sensors connected";
}

}  // namespace trunkline::sim
