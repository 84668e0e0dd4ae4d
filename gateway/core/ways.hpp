#pragma once
// The ways by which sensors reach a gateway: Address::via.

#include <cstddef>
#include <cstdint>

#include "protocol/base/address.hpp"

namespace trunkline::gateway {

using Way = std::uint8_t;

// Plain UDP; DTLS; DTLS that names its peers, so that a ClientId belongs to one name. The number tells which of these
// it is, also of a sensor that the store knows: what was said in secret once is not said in clear text after a restart
// with other listeners.
constexpr Way first_plain_way = 0, first_secured_way = 64, first_named_way = 128;
constexpr std::size_t ways_of_a_kind = 64;

constexpr bool is_plain(const Address& address) { return address.via < first_secured_way; }
/// Whoever is there has proved to have the name of its ClientId.
constexpr bool is_named(const Address& address) { return address.via >= first_named_way; }

/// Where a sleeper is whose address has become another sensor's, by the way that it had come.
constexpr Address nowhere(Way way) { return {{}, 0, way}; }
inline bool is_nowhere(const Address& address) { return address == nowhere(address.via); }

}  // namespace trunkline::gateway
