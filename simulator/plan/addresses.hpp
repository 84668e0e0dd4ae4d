#pragma once
// Who has which address in a world, and in captures.

#include <cstddef>
#include <optional>

#include "protocol/base/address.hpp"

namespace trunkline::sim {

/// How often a sensor has got another address: a new port each time, and among these so many new hosts.
struct AddressChanges {
    unsigned ports = 0;
    unsigned hosts = 0;
};

/// Of a sensor or an RTU, 10.0.0.0/8 by its index, port 10000; the next port after each change, and 11.0.0.0/8 on the
/// first new host, 12.0.0.0/8 on the second, and so on.
Address sensor_address(std::size_t sensor, AddressChanges changes = {});
/// Whose address this is, was, or may become; nothing: no sensor's.
std::optional<std::size_t> sensor_at(const Address& address);

/// Of a gateway towards its sensors, 172.17.0.0/16 by its index; towards the broker it has other ports.
Address gateway_address(std::size_t gateway);
/// Of an actor, 172.18.0.0/16 by its index.
Address actor_address(std::size_t actor);
Address broker_address();

}  // namespace trunkline::sim
