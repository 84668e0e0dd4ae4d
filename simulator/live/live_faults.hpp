#pragma once
// The timeline of what goes wrong in a live run.

#include <cstddef>
#include <optional>
#include <vector>

#include "simulator/links/link_overlays.hpp"
#include "simulator/live/actors.hpp"
#include "simulator/live/broker_ways.hpp"
#include "simulator/live/live_field.hpp"
#include "simulator/live/programs.hpp"
#include "simulator/oracle/oracle.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Whom faults meet. References only.
struct LiveParts {
    Programs& programs;
    BrokerWays& ways;
    LiveField& field;
    Actors& actors;
};

/// Plays the faults of the scenario, each from its beginning to its end. They may overlap. What would have to happen
/// to a program of somebody else's is refused.
class LiveFaults {
public:
    /// Throws UnsupportedFault for the first fault that cannot be played.
    static void check(const Scenario& scenario, const LivePlaces& places);

    /// Of a scenario that has been checked. Everything outlives it.
    LiveFaults(const Scenario& scenario, Oracle& oracle, LiveParts parts);

    /// Begins and ends what is due, and moves restarts on.
    void advance(Instant now);
    std::optional<Instant> next_deadline() const;

private:
    struct Moment {
        Instant at{};
        const FaultPlan* fault = nullptr;
        const FaultSpell* spell = nullptr;  // of a fault that is played by them
        bool begins = false;
    };
    void apply(const FaultPlan& fault, bool begins, Instant now);
    void restart_broker(const FaultPlan& fault, bool begins, Instant now);
    void restart_gateways(const FaultPlan& fault, bool begins, Instant now);
    void storm(const FaultPlan& fault, Instant now);
    void freeze_broker(bool begins, Instant now);
    void freeze_gateways(const FaultPlan& fault, bool begins, Instant now);
    void cut(const FaultSpell& spell, bool begins, Instant now);
    void part(const std::vector<std::size_t>& gateways, bool begins, Instant now);
    void disconnect(const FaultPlan& fault, bool begins, Instant now);
    /// Of a broker by URL, in place of a restart.
    void cut_broker(bool begins, Instant now);
    /// The oracle hears of the first and the last of those that overlap.
    void tell_parted(std::size_t gateway, bool begins, Instant now);
    void receive_returned(Instant now);
    void set_broker_listening(bool is_listening);

    const Scenario& scenario_;
    Oracle& oracle_;
    LiveParts parts_;
    std::vector<Moment> moments_;  // by time, those of one instant in the scenario's order
    std::size_t next_ = 0;
    std::optional<Instant> settled_at_;  // of a scenario with chaos, until then
    LinkOverlays overlays_;
    std::vector<unsigned> partitions_;  // by gateway: how many last
    std::vector<unsigned> parted_;      // by gateway: partitions and cuts
    unsigned broker_cuts_ = 0;          // how many last
};

}  // namespace trunkline::sim
