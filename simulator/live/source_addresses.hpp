#pragma once
// Where the clients of a run come from, when what they speak to is on this machine.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/base/address.hpp"

namespace trunkline::sim {

/// A machine has some 28,000 ports to give for each of its addresses and each target; but all of 127.0.0.0/8 is its
/// own.
constexpr std::size_t clients_per_address = 20'000;

/// 127.0.0.1 for the first 20,000 clients, 127.0.0.2 for the next, and so on; any port. Who has changed to another host
/// has it in 127.1.0.0/16, then in 127.2.0.0/16. Nothing: the target is not of 127.0.0.0/8, and the system chooses.
inline std::optional<Address> source_address(const Address& target, std::size_t client, unsigned host = 0) {
    constexpr std::uint8_t loopback = 127;
    if (!target.is_v4() || target.ip[12] != loopback) return std::nullopt;
    const std::size_t number = 1 + client / clients_per_address;
    return Address::v4(loopback, static_cast<std::uint8_t>((number >> 16U) + host),
                       static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number), 0);
}

}  // namespace trunkline::sim
