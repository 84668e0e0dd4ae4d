#pragma once
// Where a leak is, from the pressures that a control room got: by the negative pressure wave.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Looks for the two fronts of a leak in what an actor received of pressure sensors along the line, by the time stamps
/// of the devices, whenever and in whatever order readings arrive.
///
/// A sensor sees a front when three readings in a row lie below the mean of those before by the threshold or more, and
/// by more than five of their deviations; the front passed half a sampling interval before the first one below half of
/// the fall. A station sees it when most of its sensors do. Two neighbouring stations A and B, L apart, that see it at
/// tA and tB have a leak between them if abs(tA - tB) < L/c, and it is
///
///     x = (xA + xB)/2 + c (tA - tB)/2
///
/// from the beginning of the line. What comes from beyond both, as from a pump that trips elsewhere, arrives L/c apart:
/// so nearer to a station than the times are sure, nothing is located.
class LeakDetector {
public:
    struct Located {
        double metres = 0.0;  // from the beginning of the line
        Instant at{};         // told to the actor
    };

    /// `sensors`: of this scenario, which has a pipeline, coupled with its pressure. `threshold`: in their unit.
    LeakDetector(const Scenario& scenario, const std::vector<std::size_t>& sensors, double threshold);

    /// The actor got a reading: since the run's beginning by the device's clock, and its value. Copies do no harm.
    void received(std::size_t sensor, Duration taken, std::int64_t thousandths, Instant now);
    /// In the order of their times.
    const std::vector<Located>& located() const { return located_; }

private:
    struct Sample {
        Duration taken{};
        double value = 0.0;
    };
    struct Gauge {
        std::size_t station = 0;
        Duration half_interval{};
        std::vector<Sample> recent;     // by the time when they were taken
        std::optional<Duration> front;  // passed then
    };
    struct Station {
        double metres = 0.0;
        std::size_t gauges = 0;
        Duration half_interval{};      // the longest of its gauges
        std::vector<Duration> fronts;  // of its gauges that saw one
    };
    std::optional<Duration> front_in(const Gauge& gauge) const;
    void seen(Station& station, std::size_t index, Duration front, Instant now);
    /// When a station saw a front: the mean of its gauges, if most did.
    std::optional<double> seconds_at(const Station& station) const;
    /// How far off, in metres, the mean of its gauges may put a front, at three deviations or so: each knows it to
    /// within its sampling interval.
    double uncertainty(const Station& station) const;
    void compare(std::size_t upstream, Instant now);
    void forget_before(Duration taken);

    double wave_speed_;
    double threshold_;
    Duration longest_apart_{};        // of the fronts of one event at neighbours
    std::vector<std::size_t> place_;  // by sensor, in gauges_; beyond it: none
    std::vector<Gauge> gauges_;
    std::vector<Station> stations_;  // along the line
    std::vector<Located> located_;
};

}  // namespace trunkline::sim
