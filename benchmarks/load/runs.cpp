#include "benchmarks/load/runs.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/load/disturbances.hpp"
#include "benchmarks/load/meter.hpp"
#include "benchmarks/load/process.hpp"

namespace trunkline::load {

namespace {

/// Deliveries, or acknowledgements where nobody receives.
std::uint64_t messages(const Fleet& fleet, bool absent) {
    return absent ? fleet.acknowledged() : fleet.ledger().first_deliveries();
}

void add_ledger(Json& result, const Fleet& fleet, std::uint64_t expected) {
    const Ledger& ledger = fleet.ledger();
    result["lost"] = expected - ledger.first_deliveries();
    result["duplicates"] = ledger.duplicates();
    result["out_of_order"] = ledger.out_of_order();
}

void run_for(Fleet& fleet, double seconds, pid_t target) {
    const Meter meter(target);
    while (meter.passed() < of_seconds(seconds) && !fleet.is_stalled()) fleet.round();
}

Json flow(const Options& options) {
    const pid_t target = static_cast<pid_t>(options.target);
    Plan plan = options.plan;
    plan.keeps_sessions = options.absent;
    Fleet fleet(plan);
    fleet.gather_subscribers();
    if (options.absent) fleet.dismiss_subscribers();
    fleet.gather_publishers();
    fleet.start();
    run_for(fleet, options.warm_up, target);
    fleet.delivery_times().clear();
    fleet.acknowledge_times().clear();
    const std::uint64_t before = messages(fleet, options.absent);
    const Meter meter(target);
    run_for(fleet, options.seconds, target);
    Json result = meter.taken(messages(fleet, options.absent) - before);
    if (!fleet.delivery_times().empty()) result["delivery_us"] = percentiles(fleet.delivery_times());
    if (!fleet.acknowledge_times().empty()) result["acknowledge_us"] = percentiles(fleet.acknowledge_times());
    fleet.stop();
    while (!fleet.is_done() && !fleet.is_stalled()) fleet.round();
    if (!options.absent) add_ledger(result, fleet, fleet.published() * plan.subscribers);
    return result;
}

Json queue(const Options& options) {
    const pid_t target = static_cast<pid_t>(options.target);
    Plan plan = options.plan;
    plan.keeps_sessions = true;
    Fleet fleet(plan);
    fleet.gather_subscribers();
    fleet.dismiss_subscribers();
    fleet.gather_publishers();
    const std::uint64_t resident = resident_kib(target);

    const Meter queueing(target);
    fleet.start(options.messages);
    while (!(fleet.is_done() && fleet.published() == options.messages)) {
        if (fleet.is_stalled()) throw std::runtime_error("the target has stopped acknowledging");
        fleet.round();
    }
    Json queued = queueing.taken(fleet.acknowledged());
    const std::uint64_t kib = resident_kib(target) - resident;
    queued["octets_per_message"] = static_cast<double>(kib) * 1024 / static_cast<double>(options.messages);

    const std::uint64_t expected = options.messages * plan.subscribers;
    const Meter draining(target);
    fleet.return_subscribers();
    while (fleet.ledger().first_deliveries() != expected && !fleet.is_stalled()) fleet.round();
    Json drained = draining.taken(fleet.ledger().first_deliveries());
    add_ledger(drained, fleet, expected);
    return {{"queueing", queued}, {"draining", drained}};
}

Json connect(const Options& options) {
    const pid_t target = static_cast<pid_t>(options.target);
    Fleet fleet(options.plan);
    const std::uint64_t before = resident_kib(target);
    const Meter meter(target);
    fleet.gather_idlers(options.connections);
    Json result = meter.taken(options.connections);
    const double kib = static_cast<double>(resident_kib(target) - before);
    result["kib_per_connection"] = kib / static_cast<double>(options.connections);
    return result;
}

}  // namespace

std::string run(const Options& options) {
    if (options.run == "flow") return flow(options).dump();
    if (options.run == "queue") return queue(options).dump();
    if (options.run == "connect") return connect(options).dump();
    if (options.run == "drain") return drain_beside_others(options).dump();
    if (options.run == "stall") return stall_beside_others(options).dump();
    throw std::invalid_argument(options.run + ": flow, queue, connect, drain or stall is wanted; see --help");
}

}  // namespace trunkline::load
