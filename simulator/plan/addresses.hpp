#pragma once
// Who has which address in a world, and in captures.

#include <cstddef>
#include <optional>

#include "protocol/base/address.hpp"

namespace trunkline::sim {

/// Of a sensor or an RTU, 10.0.0.0/8 by its index, and the sensor of an address.
Address sensor_address(std::size_t sensor);
std::optional<std::size_t> sensor_at(const Address& address);

/// Of a gateway towards its sensors, 172.17.0.0/16 by its index; towards the broker it has other ports.
Address gateway_address(std::size_t gateway);
/// Of an actor, 172.18.0.0/16 by its index.
Address actor_address(std::size_t actor);
Address broker_address();

}  // namespace trunkline::sim
