// sensor_load: puts a gateway under load, from both of its sides, and says what that took.

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/load/load_main.hpp"
#include "benchmarks/load/meter.hpp"
#include "benchmarks/load/process.hpp"
#include "benchmarks/load/slices.hpp"
#include "benchmarks/sensors/options.hpp"
#include "benchmarks/sensors/sleepers.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::load {

namespace {

void run_for(Herd& herd, double seconds, pid_t target) {
    const Meter meter(target);
    while (meter.passed() < of_seconds(seconds) && !herd.is_stalled()) herd.round();
}

/// All are accepted, and publish as they will while they are measured.
void warm_up(Herd& herd, const SensorOptions& options) {
    herd.gather();
    if (herd.accepted() != options.plan.sensors) throw std::runtime_error("the target has not accepted all sensors");
    herd.start();
    run_for(herd, options.warm_up, static_cast<pid_t>(options.target));
}

std::uint64_t messages(const Herd& herd, const HerdPlan& plan) {
    return plan.qos == 0 ? herd.ledger().first_deliveries() : herd.acknowledged();
}

Json flow(const SensorOptions& options) {
    const auto target = static_cast<pid_t>(options.target);
    Herd herd(options.plan);
    warm_up(herd, options);
    herd.delivery_times().clear();
    herd.acknowledge_times().clear();
    const std::uint64_t before = messages(herd, options.plan);
    const Meter meter(target);
    run_for(herd, options.seconds, target);
    Json result = meter.taken(messages(herd, options.plan) - before);
    if (!herd.acknowledge_times().empty()) result["acknowledge_us"] = percentiles(herd.acknowledge_times());
    else if (!herd.delivery_times().empty()) result["delivery_us"] = percentiles(herd.delivery_times());
    herd.stop();
    while (!herd.is_done() && !herd.is_stalled()) herd.round();
    result["lost"] = herd.published() - herd.ledger().first_deliveries();
    result["refused"] = herd.refused();
    result["repeated"] = herd.repeated();
    result["duplicates"] = herd.ledger().duplicates();
    result["out_of_order"] = herd.ledger().out_of_order();
    return result;
}

Json connect(const SensorOptions& options) {
    const auto target = static_cast<pid_t>(options.target);
    Herd herd(options.plan);
    herd.wait(of_seconds(options.prepare));
    const std::uint64_t before = resident_kib(target);
    const Meter meter(target);
    herd.gather();
    Json result = meter.taken(herd.accepted());
    if (!herd.connect_times().empty()) result["acknowledge_us"] = percentiles(herd.connect_times());
    result["lost"] = options.plan.sensors - herd.accepted();
    const double kib = static_cast<double>(resident_kib(target) - before);
    result["kib_per_connection"] = kib / static_cast<double>(options.plan.sensors);
    return result;
}

Json sleep(const SensorOptions& options) {
    const auto target = static_cast<pid_t>(options.target);
    Sleepers sleepers(options.plan);
    const std::uint64_t before = resident_kib(target);
    const Meter meter(target);
    sleepers.put_to_bed();
    sleepers.fill();
    const std::uint64_t messages = options.plan.messages * options.plan.sensors;
    const std::uint64_t asleep = resident_kib(target);
    sleepers.wake();
    Json result = meter.taken(messages);
    result["resident_kib"] = asleep;
    result["kib_per_connection"] = static_cast<double>(asleep - before) / static_cast<double>(options.plan.sensors);
    result["acknowledge_us"] = percentiles(sleepers.wake_times());
    result["lost"] = messages - sleepers.taken();
    return result;
}

/// The target's process is another one now.
pid_t restart_target() {
    std::puts("restart");
    std::fflush(stdout);
    long process = 0;
    if (!(std::cin >> process)) throw std::runtime_error("the target was not started again");
    return static_cast<pid_t>(process);
}

Json restart(const SensorOptions& options) {
    constexpr std::chrono::seconds patience{30};
    Herd herd(options.plan);
    herd.gather();
    if (herd.accepted() != options.plan.sensors) throw std::runtime_error("the target has not accepted all sensors");
    herd.start();
    run_for(herd, options.warm_up, static_cast<pid_t>(options.target));
    const std::uint64_t before = herd.acknowledged();
    herd.expect_restart();
    const runtime::RealClock clock;
    const Instant killed = clock.now();
    const Meter meter(restart_target());
    while (!herd.is_served() && clock.now() - killed < patience) herd.round();
    Json result = meter.taken(herd.acknowledged() - before);
    if (herd.is_served()) result["served_seconds"] = in_seconds(clock.now() - killed);
    if (!herd.serve_times().empty()) result["delivery_us"] = percentiles(herd.serve_times());
    herd.stop();
    // What was acknowledged is still to arrive: the gateway has stored some of it.
    const auto missing = [&] { return herd.published() - herd.ledger().first_deliveries(); };
    while ((!herd.is_done() || missing() != 0) && !herd.is_stalled()) herd.round();
    result["lost"] = missing();
    result["refused"] = herd.refused();
    result["repeated"] = herd.repeated();
    result["duplicates"] = herd.ledger().duplicates();
    return result;
}

/// Of all that was acknowledged in a stretch of time: `slices` of 100 ms, the first of them, and the whole.
struct Acknowledged {
    Json slices;
    Json first;
    Json whole;
};

Acknowledged acknowledged(Herd& herd, const SensorOptions& options) {
    constexpr double slice_seconds = 0.1;  // of 100 messages at 1,000 a second
    const auto target = static_cast<pid_t>(options.target);
    const Meter meter(target);
    Samples whole;
    Slices slices;
    Acknowledged result;
    while (meter.passed() < of_seconds(options.seconds) && !herd.is_stalled()) {
        herd.acknowledge_times().clear();
        run_for(herd, slice_seconds, target);
        if (herd.acknowledge_times().empty()) continue;
        whole.add(herd.acknowledge_times());
        slices.add(herd.acknowledge_times());
        if (result.first.is_null()) result.first = percentiles(herd.acknowledge_times());
    }
    if (whole.empty()) throw std::runtime_error("the target acknowledges nothing");
    result.slices = slices.medians();
    result.whole = percentiles(whole);
    return result;
}

Json flood(const SensorOptions& options) {
    const auto target = static_cast<pid_t>(options.target);
    Herd herd(options.plan);
    warm_up(herd, options);
    const Acknowledged calm = acknowledged(herd, options);
    const std::uint64_t before = herd.acknowledged();
    const std::uint64_t resident = resident_kib(target);
    const Meter meter(target);
    herd.start_flood();
    const Acknowledged flooded = acknowledged(herd, options);
    Json result = meter.taken(herd.acknowledged() - before);
    result["grown_kib"] = resident_kib(target) - resident;
    result["calm_us"] = calm.slices;
    result["acknowledge_us"] = flooded.slices;
    result["p99_growth"] = flooded.slices["p99"].get<double>() / calm.slices["p99"].get<double>();
    result["first_us"] = flooded.first;
    result["whole_calm_us"] = calm.whole;
    result["whole_us"] = flooded.whole;
    result["repeated"] = herd.repeated();
    result["strangers_per_second"] = static_cast<double>(herd.strangers()) / options.seconds;
    return result;
}

std::string run_sensors(std::span<char* const> arguments) {
    const SensorOptions options = read_sensor_options(arguments);
    if (options.run == "flow") return flow(options).dump();
    if (options.run == "connect") return connect(options).dump();
    if (options.run == "sleep") return sleep(options).dump();
    if (options.run == "flood") return flood(options).dump();
    if (options.run == "restart") return restart(options).dump();
    throw std::invalid_argument(options.run + ": flow, connect, sleep, restart or flood is wanted; see --help");
}

}  // namespace

}  // namespace trunkline::load

int main(int argc, char** argv) {
    using namespace trunkline::load;
    return load_main("sensor_load", sensor_usage, run_sensors, argc, argv);
}
