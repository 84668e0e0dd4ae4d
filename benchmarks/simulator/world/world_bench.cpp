#include "simulator/world/world.hpp"

#include <memory>

#include "benchmarks/support/measure.hpp"
#include "simulator/scenario/scenario_reader.hpp"

namespace trunkline::sim {

namespace {

Scenario shipped(const char* name) { return load_scenario(std::string(TRUNKLINE_SOURCE_DIR "/scenarios/") + name); }

struct Run {
    explicit Run(Scenario planned) : scenario(std::move(planned)), oracle(scenario), world(scenario, oracle) {}

    Scenario scenario;
    Oracle oracle;
    World world;
};

/// A whole run with its oracle, per event of the world.
void events_of_first_reading_100(benchmark::State& state) {
    const Scenario scenario = shipped("smoke/first-reading-100.json");
    Run counted(scenario);
    counted.world.run_until(Instant::max());
    bench::per_message(state, counted.world.counters().events, [&scenario] {
        Run run(scenario);
        run.world.run_until(Instant::max());
        benchmark::DoNotOptimize(run.oracle.finish(run.world.now()).violation_count);
    });
}
BENCHMARK(events_of_first_reading_100)->Unit(benchmark::kMillisecond);

/// The device alone, with its protocol client and its signal.
void held_by_a_sensor(benchmark::State& state) {
    const Scenario scenario = shipped("smoke/first-reading-100.json");
    bench::bytes_each(state, 100, [&scenario](std::uint64_t count) {
        std::vector<Sensor> sensors;
        sensors.reserve(count);
        for (std::size_t n = 0; n < count; ++n) sensors.emplace_back(scenario, n, Instant());
        return sensors;
    });
}
BENCHMARK(held_by_a_sensor)->Iterations(1);

/// After a minute of the run: device, links, queue, its place in gateway and broker, and what the oracle knows of it.
void held_by_a_sensor_in_the_world(benchmark::State& state) {
    const Scenario scenario = shipped("smoke/first-reading-100.json");
    bench::bytes_each(state, scenario.sensors.size(), [&scenario](std::uint64_t) {
        auto run = std::make_unique<Run>(scenario);
        run->world.run_until(Instant() + std::chrono::minutes(1));
        return run;
    });
}
BENCHMARK(held_by_a_sensor_in_the_world)->Iterations(1);

}  // namespace

}  // namespace trunkline::sim
