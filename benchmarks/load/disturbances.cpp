#include "benchmarks/load/disturbances.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "benchmarks/load/fleet.hpp"
#include "benchmarks/load/meter.hpp"
#include "benchmarks/load/slices.hpp"
#include "benchmarks/load/stalled_reader.hpp"

namespace trunkline::load {

namespace {

constexpr std::size_t deep_window = 64;  // of those that fill the queue, and that publish live
// What the load itself does with a piece delays what it measures: of pieces of 256 KiB it was a millisecond.
constexpr std::size_t small_piece = 2048;
constexpr double slice_seconds = 0.02;  // about what a drain takes

void forget_times(Fleet& fleet) {
    fleet.delivery_times().clear();
    fleet.acknowledge_times().clear();
}

void run_for(Fleet& fleet, double seconds) {
    const runtime::RealClock clock;
    const Instant end = clock.now() + of_seconds(seconds);
    while (clock.now() < end && !fleet.is_stalled()) fleet.round();
}

/// One slice after another for as long as is wanted.
Json times_of(Fleet& others, double seconds) {
    const runtime::RealClock clock;
    const Instant end = clock.now() + of_seconds(seconds);
    Slices slices;
    while (clock.now() < end && !others.is_stalled()) {
        forget_times(others);
        run_for(others, slice_seconds);
        slices.add(others.delivery_times());
    }
    return slices.medians();
}

/// By a disturbance against the calm before it.
void add_growth(Json& result, const Json& disturbed, const Json& calm) {
    result["calm_us"] = calm;
    result["delivery_us"] = disturbed;
    result["p99_growth"] = disturbed["p99"].get<double>() / calm["p99"].get<double>();
}

/// The others of a disturbance: as the options want them.
Plan others_plan(const Options& options) {
    Plan plan = options.plan;
    plan.family = "others";
    plan.times_everything = true;
    if (plan.rate == 0) throw std::invalid_argument("--rate is wanted: of those whose latency is measured");
    return plan;
}

void finish(Json& result, Fleet& others, std::size_t subscribers) {
    others.stop();
    while (!others.is_done() && !others.is_stalled()) others.round();
    result["lost"] = others.published() * subscribers - others.ledger().first_deliveries();
    result["duplicates"] = others.ledger().duplicates();
    result["out_of_order"] = others.ledger().out_of_order();
}

/// One client with a deep queue, and those that fill it.
class DeepQueue {
public:
    DeepQueue(const Options& options, Fleet& others)
        : messages_(options.messages), others_(others), fleet_(plan_of(options)) {
        fleet_.gather_subscribers();
        fleet_.gather_publishers();
    }

    /// Messages a second that the client gets as they are published.
    double live_rate() {
        const Instant began = clock_.now();
        publish();
        return static_cast<double>(messages_) / in_seconds(clock_.now() - began);
    }
    void fill() {
        fleet_.dismiss_subscribers();
        publish();
    }
    /// Beside the others. Returns how long it took.
    Duration drain() {
        const std::uint64_t expected = fleet_.published();
        const Instant began = clock_.now();
        fleet_.return_subscribers();
        while (fleet_.ledger().first_deliveries() != expected) both();
        return clock_.now() - began;
    }

private:
    static Plan plan_of(const Options& options) {
        Plan plan = options.plan;
        plan.subscribers = 1;
        plan.publishers = 10;
        plan.rate = 0;
        plan.window = deep_window;
        plan.piece_octets = small_piece;
        plan.keeps_sessions = true;
        return plan;
    }
    void publish() {
        fleet_.start(fleet_.published() + messages_);
        const std::uint64_t expected = fleet_.published() - fleet_.published() % messages_ + messages_;
        while (!(fleet_.is_done() && fleet_.published() == expected)) both();
    }
    void both() {
        if (fleet_.is_stalled()) throw std::runtime_error("the target has stopped serving the deep queue");
        fleet_.glance();
        others_.round();
    }

    std::uint64_t messages_;
    runtime::RealClock clock_;
    Fleet& others_;
    Fleet fleet_;
};

}  // namespace

Json drain_beside_others(const Options& options) {
    const Plan plan = others_plan(options);
    Fleet others(plan);
    others.gather_subscribers();
    others.gather_publishers();
    others.start();
    run_for(others, options.warm_up);
    const Json calm = times_of(others, options.seconds);
    DeepQueue queue(options, others);
    const double live = queue.live_rate();

    std::uint64_t drained = 0;
    Duration took{};
    Slices slices;
    const Meter meter(static_cast<pid_t>(options.target));
    while (took < of_seconds(options.seconds)) {
        queue.fill();
        forget_times(others);
        took += queue.drain();
        drained += options.messages;
        slices.add(others.delivery_times());
    }
    Json result = meter.taken(drained);
    add_growth(result, slices.medians(), calm);
    result["drained_of_live"] = static_cast<double>(drained) / in_seconds(took) / live;
    finish(result, others, plan.subscribers);
    return result;
}

Json stall_beside_others(const Options& options) {
    const Plan plan = others_plan(options);
    Fleet others(plan);
    others.gather_subscribers();
    others.gather_publishers();
    others.start();
    run_for(others, options.warm_up);
    const Json calm = times_of(others, options.seconds);
    const StalledReader stalled(plan.port, plan.family + "/#", plan.qos);
    run_for(others, options.warm_up);  // until neither socket takes anything more
    const std::uint64_t before = others.ledger().first_deliveries();
    const Meter meter(static_cast<pid_t>(options.target));
    const Json disturbed = times_of(others, options.seconds);
    Json result = meter.taken(others.ledger().first_deliveries() - before);
    add_growth(result, disturbed, calm);
    finish(result, others, plan.subscribers);
    return result;
}

}  // namespace trunkline::load
