#pragma once
// Carries one gateway core in the world.

#include <unordered_map>

#include "gateway/core/gateway.hpp"
#include "simulator/world/field.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// The gateway's driver: datagrams to and from the field, streams to the broker.
class GatewayHost {
public:
    /// `index`: into Scenario::gateways.
    GatewayHost(Surroundings surroundings, std::uint32_t index, Field& field);

    void received(const Address& from, ByteView datagram, Instant now);
    void wake(Instant now);
    /// One of its streams has moved: opened, bytes, closed.
    void stream_moved(StreamIndex stream, Instant now);

    const gateway::Gateway& core() const { return core_; }

private:
    void round(Instant now);
    void send_datagrams(Instant now);
    void open_streams(Instant now);
    void send_output(Instant now);
    bool close_streams(Instant now);

    Surroundings world_;
    std::uint32_t index_;
    Field& field_;
    gateway::Gateway core_;
    gateway::DatagramBatch batch_;
    std::unordered_map<gateway::UpstreamId, StreamIndex> streams_;  // looked up, never walked through
    Wakeup wakeup_;
};

}  // namespace trunkline::sim
