#pragma once
// How the gateways of a live run reach the broker.

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "simulator/live/broker_relay.hpp"
#include "simulator/live/programs.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Straight, over the machine's own network; only a gateway that the scenario parts from the broker, or all where
/// connections are cut for restarts of the broker, go through a relay of ours, which plays their broker link too.
/// Gateways are indexes into Scenario::gateways.
class BrokerWays {
public:
    /// Throws runtime::StartError. Everything outlives it.
    BrokerWays(const Scenario& scenario, const LivePlaces& places, const runtime::Url& broker, PacketTap& tap,
               runtime::EventLoop& loop, const RunClock& clock);

    /// Where each gateway finds the broker.
    std::vector<runtime::Url> urls() const;

    void advance(Instant now);
    std::optional<Instant> next_deadline() const;
    /// While cut, nothing passes. Of a gateway that the scenario parts from the broker.
    void cut(std::size_t gateway, bool is_cut, Instant now) { relays_[gateway]->cut(is_cut, now); }
    /// While the broker is gone, connections end.
    void set_listening(bool is_listening);
    /// All connections end, as if the broker had gone.
    void end_all(Instant now);

private:
    runtime::Url broker_;
    std::vector<std::unique_ptr<BrokerRelay>> relays_;  // by gateway; none: straight
};

}  // namespace trunkline::sim
