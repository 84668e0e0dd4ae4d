#pragma once
// The socket driver of a scenario: the same devices and observers over real UDP and TCP, in real time.

#include <memory>
#include <optional>
#include <string>

#include "runtime/transport/event_loop.hpp"
#include "simulator/live/actors.hpp"
#include "simulator/live/broker_ways.hpp"
#include "simulator/live/live_faults.hpp"
#include "simulator/live/live_field.hpp"
#include "simulator/live/programs.hpp"
#include "simulator/live/run_clock.hpp"
#include "simulator/oracle/oracle.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

struct LiveCounters {
    FieldCounters field;
    std::uint64_t streams_opened = 0;  // by RTUs and observers
    PacketCounts segments;             // on their links, both ways
    LogHistogram lateness;             // of all devices' wake-ups
};

/// Links are impaired between each device or observer and its socket; the way between gateway and broker is the
/// machine's own, unless the scenario parts it. Instants are on the run's line, which begins at zero when everything is
/// ready.
class Live {
public:
    /// Starts programs where none are given, and opens sockets. Throws runtime::StartError, and UnsupportedFault
    /// before anything is started. `listener` is told of what is put on the links; nullptr: nobody listens. All outlive
    /// it.
    Live(const Scenario& scenario, Oracle& oracle, const LivePlaces& places, PacketListener* listener = nullptr);
    ~Live();
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    /// Lets everything happen until `end`, in real time. False: the run is over, or something has failed.
    bool run_until(Instant end);
    /// Orderly end: RTUs and observers leave, programs stop. Also done by the destructor.
    void stop();

    Instant now() const { return clock_.now(); }
    LiveCounters counters() const;
    const Programs& programs() const { return programs_; }
    /// One of our programs has ended on its own: the run means nothing any more.
    const std::optional<std::string>& failure() const { return failure_; }

private:
    void round(Instant end);

    const Scenario& scenario_;
    PacketTap tap_;
    runtime::EventLoop loop_;
    RunClock clock_;  // begins anew once programs are ready
    Programs programs_;
    BrokerWays ways_;
    std::optional<Actors> actors_;
    std::optional<LiveField> field_;
    std::optional<LiveFaults> faults_;
    std::optional<std::string> failure_;
    bool is_stopped_ = false;
};

}  // namespace trunkline::sim
