#pragma once
// What a scenario wants to have held when the run is over.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/named_event.hpp"

namespace trunkline::sim {

/// Confidences for which the oracle knows the normal quantile.
constexpr double known_confidences[] = {0.9, 0.95, 0.99, 0.999, 0.9999};

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
        latency,       // the 99th percentile from `sensors` to `actor`
        sometimes,     // `events` happened
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
    // analytic
    double confidence = 0.999;  // of the Wilson interval
    // will, recovery: counted from the fault's beginning (will) or end (recovery)
    Fires fires = Fires::once;
    Duration within{};
    // session
    bool present = true;
    // queue: messages
    std::uint64_t at_most = 0;
    // attributed, recovery: from 0 to 1
    double share = 1.0;
    // latency
    Duration p99{};
    bool from_intended = true;  // else from the first sending
    bool healthy_only = false;  // readings due outside all faults and the settling time after each
    // sometimes
    std::vector<NamedEvent> events;
};

}  // namespace trunkline::sim
