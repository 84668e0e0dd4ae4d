#pragma once
// What a scenario wants to have held when the run is over.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/named_event.hpp"

namespace trunkline::sim {

/// Confidences for which the oracle knows the normal quantile.
constexpr double known_confidences[] = {0.9, 0.95, 0.99, 0.999, 0.9999};

/// That this share of what was measured is at most so much.
struct PercentileBound {
    std::string_view name;         // "p99.9"
    std::uint32_t of_100_000 = 0;  // 99,900
    Duration at_most{};
};

/// One expectation. Which members mean something depends on the kind.
struct ExpectationPlan {
    enum class Kind : std::uint8_t {
        delivery,      // of the acknowledged readings of `sensors`, how they reached `actor`
        analytic,      // shares of delivered and acknowledged readings against formula 6.1 (stop-and-wait)
        exactly_once,  // QoS 2 from `sensors` to `actor`: nothing acknowledged is lost, nothing comes twice
        ordered,       // `sensors` to `actor`: first deliveries rise
        will,          // the wills of `sensors` during `fault`
        session,       // `actor` finds its session when it comes back after `fault`
        queue,         // what was acknowledged and waits for `actor`
        retained,      // late subscribers see the last accepted values of `sensors`
        attributed,    // the share of undelivered readings whose cause is known
        recovery,      // the share of `sensors` connected again after `fault`
        latency,       // percentiles from `sensors` to `actor`
        sometimes,     // `events` happened; over several seeds, with one of them at least
        staleness,     // how old what `actor` knew of each of `sensors` was, at any moment
        leak_located,  // the leak `fault` is located from what `actor` got of `sensors`
        never,         // none of `events` happened
        answered,      // each command in the script of `actor` was answered in time
        always,        // `events` happened
    };
    /// Which readings count, by when they were due; of a staleness, which moments.
    enum class Span : std::uint8_t {
        run,      // all after the warm-up
        during,   // while `fault` lasted
        after,    // once it was over
        healthy,  // outside all faults and the settling time after each
    };
    enum class Formula : std::uint8_t {
        sn_qos1,    // 6.1: stop-and-wait with bounded retries over independent losses
        sn_qos2,    // 6.2: the same twice
        bursts,     // 6.3: all tries lost in bursts that come and go with time
        will_time,  // 6.5: from a silent cut to the will
    };
    enum class Fires : std::uint8_t { once, never };

    std::string id;
    Kind kind{};
    std::vector<std::size_t> sensors;  // indexes, ascending
    std::size_t actor = 0;
    std::optional<std::size_t> fault;  // index into Scenario::faults: "during" it, or "after" its beginning
    // delivery
    std::uint64_t lost_at_most = 0;                   // acknowledged, but not delivered
    std::optional<std::uint64_t> unexpected_at_most;  // messages at the actor that no sensor sent
    std::optional<double> duplicate_ratio_at_most;
    bool counts_all_undelivered = false;  // not only what was acknowledged and has no cause, but for `excepted` causes
    std::uint32_t excepted = 0;           // one bit for each cause of the oracle
    // analytic
    Formula formula = Formula::sn_qos1;
    double confidence = 0.999;  // of the Wilson interval, or of Kolmogorov's bound
    // will, recovery: counted from the fault's beginning (will) or end (recovery)
    Fires fires = Fires::once;
    Duration within{};
    // session
    bool present = true;
    // queue: messages
    std::uint64_t at_most = 0;
    // attributed, recovery: from 0 to 1
    double share = 1.0;
    // recovery: the 99th percentile afterwards, in those before the fault
    std::optional<double> baseline_factor;
    // latency, staleness
    std::vector<PercentileBound> percentiles;
    bool from_intended = true;  // else from the first sending
    Span span = Span::run;
    // leak_located
    double error_at_most = 0.0;  // m
    double threshold = 0.0;      // by which the pressure falls at least, in its unit
    // sometimes, always, never
    std::vector<NamedEvent> events;
};

}  // namespace trunkline::sim
