#pragma once
// Rates, sizes and networks as people write them: "9600bit", "10mbit"; "512B", "64KiB"; "10.0.0.0/8".

#include <cstdint>

#include "protocol/base/network.hpp"
#include "simulator/scenario/field.hpp"

namespace trunkline::sim::reading {

/// Bits in a second, in tc's words: a whole number with "bit", "kbit", "mbit" or "gbit", each a thousand times the one
/// before. From 1bit to 100gbit.
std::uint64_t read_rate(const Field& field);

/// Octets: a whole number with "B", "KiB" or "MiB". From 1B to 256MiB.
std::uint64_t read_octets(const Field& field);

/// An IPv4 address, or a network with its prefix from 0 to 32: "10.0.0.9", "10.0.0.0/8".
Network read_network(const Field& field);

}  // namespace trunkline::sim::reading
