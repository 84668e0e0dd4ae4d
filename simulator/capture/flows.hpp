#pragma once
// Between whom packets go, and over which link.

#include <string>

#include "protocol/base/address.hpp"
#include "simulator/links/packet_listener.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Client and server for a stream, sensor and gateway for datagrams.
struct Flow {
    std::string link;  // "PS-1.field", an RTU's "PS-1.uplink", "gw-west.broker", "scada.broker"
    Address client;
    Address server;
};

Flow flow_of(const Scenario& scenario, std::uint32_t sensor);
/// The client's port tells its streams apart.
Flow flow_of(const Scenario& scenario, const OpenedStream& stream);

}  // namespace trunkline::sim
