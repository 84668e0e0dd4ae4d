#pragma once
// From what broker and gateways report to what the oracle is told.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

#include "broker/core/facts.hpp"
#include "gateway/core/facts.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

/// Knows whose ClientIds they are. Facts of strangers concern no promise.
class CoreFacts {
public:
    /// Both outlive it.
    CoreFacts(const Scenario& scenario, Oracle& oracle);

    void tell(std::span<const broker::Fact> facts, Instant now);
    void tell(std::span<const gateway::Fact> facts, Instant now);

    /// Of a sensor behind a gateway; nothing: it is somebody else's.
    std::optional<std::size_t> sensor_of(std::string_view client_id) const { return find(sensors_, client_id); }

private:
    using Index = std::unordered_map<std::string_view, std::size_t>;  // looked up, never walked through

    void tell_one(const broker::ClientConnected& fact, Instant now);
    void tell_one(const broker::ConnectionClosed& fact, Instant now);
    void tell_one(const broker::MessageDropped& fact, Instant now);
    void tell_one(const gateway::SensorConnected& fact, Instant now);
    void tell_one(const gateway::SensorGone& fact, Instant now);
    void tell_one(const gateway::UpstreamLost& fact, Instant now);
    /// The rest is seen from both ends.
    template <typename Fact>
    void tell_one(const Fact&, Instant) {}

    static std::optional<std::size_t> find(const Index& index, std::string_view client_id);

    Oracle& oracle_;
    Index sensors_;  // behind gateways
    Index rtus_;
    Index actors_;
    Index gateways_;  // their own connections
};

}  // namespace trunkline::sim
