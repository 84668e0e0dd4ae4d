#include "simulator/oracle/leak_detector.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// Stations at 0, 20, 40 and 60 km with two gauges each, which measure once a second.
Scenario line() {
    Scenario scenario;
    PipePlan pipe;
    pipe.length = 60'000.0;
    pipe.wave_speed = 1000.0;
    scenario.pipeline = pipe;
    for (int km = 0; km <= 60; km += 20) {
        for (int gauge = 0; gauge < 2; ++gauge) {
            SensorPlan sensor;
            sensor.metres = km * 1000.0;
            sensor.sample = 1s;
            scenario.sensors.push_back(sensor);
        }
    }
    return scenario;
}

/// What a control room gets: each gauge at its own part of the second, with a little noise, and 0.2 bar less from the
/// moment when the front of an event passes it.
class ControlRoom {
public:
    explicit ControlRoom(double threshold = 0.05)
        : scenario(line()), detector(scenario, {0, 1, 2, 3, 4, 5, 6, 7}, threshold) {}

    /// Fronts leave `metres` at 60 s. `way`: both ways, or only downstream with 1 and upstream with -1.
    void happen(double metres, int way = 0, std::size_t lost_gauge = 99, Duration delay = 200ms) {
        for (int second = 0; second < 150; ++second) {
            for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
                if (sensor == lost_gauge) continue;
                const Duration taken = second * 1s + 100ms * sensor + 37ms;
                const double at = scenario.sensors[sensor].metres;
                const double arrives = 60.0 + std::abs(at - metres) / 1000.0;
                const bool is_met = way == 0 || (at - metres) * way > 0.0;
                const bool has_passed = is_met && std::chrono::duration<double>(taken).count() >= arrives;
                const std::int64_t noise = (second * 7 + static_cast<std::int64_t>(sensor) * 3) % 5 - 2;
                detector.received(sensor, taken, 62'000 + noise - (has_passed ? 200 : 0), Instant(taken + delay));
            }
        }
    }

    Scenario scenario;
    LeakDetector detector;
};

}  // namespace

TEST_CASE("a leak is located between its neighbours, within the wave speed times the sampling interval") {
    for (const double leak : {3'000.0, 21'000.0, 30'000.0, 38'700.0, 59'000.0}) {
        CAPTURE(leak);
        ControlRoom room;
        room.happen(leak);
        REQUIRE(!room.detector.located().empty());
        const LeakDetector::Located& first = room.detector.located().front();
        CHECK(std::abs(first.metres - leak) < 1000.0);
        // Three readings at the farther station, and the way to the control room.
        const double way =
            std::max(leak - std::floor(leak / 20'000.0) * 20'000.0, std::ceil(leak / 20'000.0) * 20'000.0 - leak) /
            1000.0;
        const double told = std::chrono::duration<double>(first.at.time_since_epoch()).count() - 60.0;
        CHECK(told > way + 2.0);
        CHECK(told < way + 4.5);
    }
}

TEST_CASE("a front that comes from beyond both stations is no leak between them") {
    ControlRoom room;
    room.happen(-10'000.0);
    CHECK(room.detector.located().empty());
}

TEST_CASE("a fall on one side only is no leak") {
    ControlRoom room;
    room.happen(30'000.0, 1);
    CHECK(room.detector.located().empty());
}

TEST_CASE("nothing happens, and nothing is located; nor what is smaller than the threshold") {
    ControlRoom quiet;
    quiet.happen(1e9);
    CHECK(quiet.detector.located().empty());
    ControlRoom deaf(0.3);
    deaf.happen(30'000.0);
    CHECK(deaf.detector.located().empty());
}

TEST_CASE("late readings raise the time and not the error") {
    ControlRoom room;
    room.happen(30'000.0, 0, 99, 45s);
    REQUIRE(!room.detector.located().empty());
    CHECK(std::abs(room.detector.located().front().metres - 30'000.0) < 1000.0);
    CHECK(room.detector.located().front().at > Instant(60s + 10s + 45s));
}

TEST_CASE("a station of two gauges of which one is silent sees nothing: most have to") {
    ControlRoom room;
    room.happen(30'000.0, 0, 2);
    CHECK(room.detector.located().empty());
}

TEST_CASE("copies, and readings in another order, change nothing") {
    ControlRoom ordered;
    ordered.happen(30'000.0);
    ControlRoom mixed;
    LeakDetector& detector = mixed.detector;
    for (int second = 0; second < 150; ++second) {
        for (std::size_t sensor = 0; sensor < 8; ++sensor) {
            // Neighbours in time change places.
            const int swapped = second ^ 1;
            const Duration taken = swapped * 1s + 100ms * sensor + 37ms;
            const double arrives = 60.0 + std::abs(mixed.scenario.sensors[sensor].metres - 30'000.0) / 1000.0;
            const bool has_passed = std::chrono::duration<double>(taken).count() >= arrives;
            const std::int64_t noise = (swapped * 7 + static_cast<std::int64_t>(sensor) * 3) % 5 - 2;
            for (int copy = 0; copy < 2; ++copy)
                detector.received(sensor, taken, 62'000 + noise - (has_passed ? 200 : 0), Instant(second * 1s));
        }
    }
    REQUIRE(!detector.located().empty());
    CHECK(std::abs(detector.located().front().metres - 30'000.0) < 1000.0);
    CHECK(detector.located().size() == ordered.detector.located().size());
}
