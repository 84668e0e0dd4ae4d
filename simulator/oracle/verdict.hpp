#pragma once
// What the oracle says when the run is over: all figures of the report, and whether the expectations hold.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/history.hpp"
#include "simulator/oracle/journal.hpp"
#include "simulator/oracle/ledger.hpp"
#include "simulator/oracle/log_histogram.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Stand where a violation is not about a sensor or an actor.
constexpr std::size_t no_sensor = static_cast<std::size_t>(-1);
constexpr std::size_t no_actor = static_cast<std::size_t>(-1);

/// A promise that was broken, told so that it can be looked into.
struct Violation {
    enum class Promise : std::uint8_t {
        qos_0,         // delivered more often than the link delivered it
        qos_1,         // acknowledged, never delivered
        qos_2,         // acknowledged and lost, or delivered twice
        order,         // first deliveries do not rise
        will,          // missing, late, too early, or unfounded
        retained,      // a stale value, or none
        session,       // forgotten, or resurrected
        ledger,        // offered is not delivered + causes
        origin,        // delivered, but never offered or not subscribed to
        registration,  // a topic id that the gateway gave and then did not know
        pingresp,      // it came before what waited for a sensor that sleeps
        liveness,      // faults are over, and somebody is stuck
    };
    Promise promise{};
    std::size_t sensor = no_sensor;
    std::uint64_t sequence = 0;  // 0: not about one reading
    std::size_t actor = no_actor;
    Instant at{};
    std::string text;          // message, sensor, time, seed and the events that it follows from
    bool is_forgiven = false;  // a delivery expectation says how many of these may be
};
constexpr std::size_t promise_count = 12;
std::string_view name_of(Violation::Promise promise);

/// One group of sensors and one actor that is owed its readings. Readings of the warm-up are not counted.
struct GroupLedger {
    std::string group;
    std::size_t actor = 0;
    std::size_t sensors = 0;
    Ledger ledger;
};

/// The sensors' own side of it. Readings of the warm-up are not counted.
struct SensorFigures {
    std::uint64_t offered = 0;
    std::uint64_t to_acknowledge = 0;  // of these, those of QoS 1 and 2
    std::uint64_t left = 0;            // QoS 0 and -1: sent, and nothing will be heard of it
    std::uint64_t acknowledged = 0;
    std::uint64_t gave_up = 0;
    std::uint64_t rejected = 0;
    std::uint64_t transmissions = 0;  // PUBLISH datagrams, repeated ones included
    std::uint64_t connects = 0;
    std::uint64_t losses = 0;  // of the connection

    SensorFigures& operator+=(const SensorFigures& other);
};

struct ActorFigures {
    std::uint64_t deliveries = 0;  // copies included
    std::uint64_t duplicates = 0;
    std::uint64_t unexpected = 0;    // messages that no sensor sent, or that it did not subscribe to
    std::uint64_t retained = 0;      // retained messages, which are no deliveries
    std::uint64_t wills = 0;         // wills of devices, copies included
    std::uint64_t waiting_most = 0;  // acknowledged to sensors and still on their way to it, at the worst moment
    std::uint64_t connects = 0;
    std::uint64_t losses = 0;
    LogHistogram from_intended;  // first deliveries, from the moment when the reading was due
    LogHistogram from_sent;      // the same from the first sending
};

/// One figure of an expectation: what was measured, and between which bounds it had to be. Where a formula says what
/// is expected, the bounds lie around what was measured, and the formula's value has to be between them.
struct Measure {
    std::string name;
    double measured = 0.0;
    std::optional<double> expected;
    std::optional<double> from;
    std::optional<double> to;
    bool holds = false;
};

struct ExpectationResult {
    std::string id;
    ExpectationPlan::Kind kind{};
    std::uint64_t readings = 0;  // that were judged
    std::vector<Measure> measures;
    bool holds() const;
    /// The same for one run of several: what is to happen sometimes may happen in another one.
    bool holds_as_one_of_many() const { return kind == ExpectationPlan::Kind::sometimes || holds(); }
};
std::string_view name_of(ExpectationPlan::Kind kind);

struct Verdict {
    Instant ended_at{};
    SensorFigures sensors;
    std::vector<GroupLedger> ledgers;  // groups and actors in the order of the scenario
    std::vector<ActorFigures> actors;  // as in the scenario
    std::vector<ExpectationResult> expectations;
    History history;
    Journal journal;  // empty unless the oracle was asked to keep one
    EventCounts events{};
    std::vector<Violation> violations;  // the first ones, by time
    std::uint64_t violation_count = 0;  // all
    /// Those that no delivery expectation answers for with its "lost". One is enough to fail the run.
    std::uint64_t unforgiven_violations = 0;

    bool passed() const;
    /// The same of one seed of several, where what is to happen sometimes may happen with another one.
    bool passed_as_one_of_many() const;
};

}  // namespace trunkline::sim
