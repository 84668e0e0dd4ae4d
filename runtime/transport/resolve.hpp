#pragma once
// Host names to addresses.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/network.hpp"
#include "protocol/base/result.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

/// All addresses of a host, in the resolver's order, never none. Blocks unless the host is written as a number: for
/// start-up. The error is the resolver's text.
Result<std::vector<Address>, std::string> resolve(const std::string& host, std::uint16_t port);

/// The address if the host is written as one; never asks a resolver.
std::optional<Address> numeric_address(const std::string& host, std::uint16_t port);

/// The network if it is written as 10.0.0.0/8, fd00::/8, or "any"; an address is a network of one. Never asks a
/// resolver.
std::optional<Network> numeric_network(const std::string& text);

/// The group if the host is written as a multicast address (224.0.0.0/4, ff00::/8).
std::optional<Address> multicast_group(const Url& url);

}  // namespace trunkline::runtime
