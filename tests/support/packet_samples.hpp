#pragma once
// Every way of being malformed, once, by name: for the tests of codec and cores, and the seeds of the fuzz targets.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/mqtt/types.hpp"

namespace trunkline::test {

/// One packet that is to be refused, whoever receives it.
struct PacketSample {
    std::string_view name;          // "CONNECT: reserved flag"
    mqtt::ProtocolVersion version;  // of the connection; of the CONNECT itself
    std::string_view notation;      // of octets_of()
    mqtt::ReasonCode reason;        // what ProtocolError says
    std::string_view clause;
    std::string_view also{};  // statements that it breaks besides, where `clause` names a more general one

    std::vector<std::byte> octets() const;
};

/// All of them, in the order of the specification.
std::span<const PacketSample> malformed_packets();

/// The one of that name; a name that is none is a mistake in the test: abort.
const PacketSample& malformed_sample(std::string_view name);

/// One well-formed packet of every kind and version, most with every property: where fuzzing starts.
struct ValidSample {
    mqtt::ProtocolVersion version;
    std::string_view notation;

    std::vector<std::byte> octets() const;
};
std::span<const ValidSample> valid_packets();

}  // namespace trunkline::test
