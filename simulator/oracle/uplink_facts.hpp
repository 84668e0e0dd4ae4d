#pragma once
// From a datagram that reached a gateway, or did not, to what the oracle is told.

#include <cstddef>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/codec.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

/// To be called for each datagram of the sensor that reaches its gateway, copies included, before the gateway has it.
/// Decodes only what somebody judges: readings of QoS 0 and -1, and what sensors with a will send.
void tell_uplink_datagram(Oracle& oracle, const Scenario& scenario, std::size_t sensor, ByteView datagram, Instant now);

/// To be called with what an RTU's connection brings to the broker, before the broker has it. `frames` belong to the
/// connection: only a whole packet is heard.
void tell_uplink_bytes(Oracle& oracle, std::size_t sensor, mqtt::FrameStream& frames, ByteView bytes, Instant now);

/// To be called for each datagram of the sensor, or to it, that a link drops because its queue is full.
void tell_link_queue_full(Oracle& oracle, std::size_t sensor, LinkWay way, ByteView datagram);
/// The same for one that was larger than the link takes.
void tell_link_mtu_exceeded(Oracle& oracle, std::size_t sensor, LinkWay way, ByteView datagram);
/// The same for one that is lost because the sensor has another address by now, or to its gateway a stranger's.
void tell_address_changed(Oracle& oracle, std::size_t sensor, LinkWay way, ByteView datagram);

}  // namespace trunkline::sim
