#pragma once
// How far behind a copy of a datagram may come: what exactly once depends on in MQTT-SN.

#include <cstddef>

#include "protocol/mqttsn/retry.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// How long gateways of a scenario remember the MsgId of a completed QoS 2 exchange: their settings' default.
constexpr Duration msgid_quarantine = mqttsn::RetrySettings{}.quarantine();

/// How much later than it could a datagram or a copy of it may arrive on the sensor's link, while faults change it or
/// not. A queue adds nothing: it keeps the order.
Duration longest_lag(const Scenario& scenario, std::size_t sensor);

/// A sensor's late copy of a QoS 2 reading may be taken for a new one: exactly once is not promised. Never over TCP.
bool may_outlast_quarantine(const Scenario& scenario, std::size_t sensor);

}  // namespace trunkline::sim
