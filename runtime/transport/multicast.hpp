#pragma once
// Groups of UDP multicast on IPv4 and IPv6. For sources of this folder only.

#include <system_error>

#include "protocol/base/address.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

/// The socket gets what is sent to the group (its address; the port is the socket's own), by the network interface that
/// its URL names (udp://[ff02::5e%eth0]:1883), else by the one that has the address `local`; the unspecified address:
/// by the one that the system chooses.
std::error_code join_group(int socket, const Url& url, const Address& group, const Address& local);

/// What the socket sends to the group leaves by that interface, and stays in its network: no router passes it on.
/// `family`: of the socket.
std::error_code send_to_group(int socket, int family, const Url& url, const Address& local);

}  // namespace trunkline::runtime
