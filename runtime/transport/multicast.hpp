#pragma once
// Groups of UDP multicast on IPv4 and IPv6. For sources of this folder only.

#include <system_error>

#include "protocol/base/address.hpp"

namespace trunkline::runtime {

/// The socket gets what is sent to the group (its address; the port is the socket's own), by the network interface that
/// has the address `local`; the unspecified address: by the one that the system chooses.
std::error_code join_group(int socket, const Address& group, const Address& local);

/// What the socket sends to groups leaves by that interface, and stays in its network: no router passes it on.
/// `family`: of the socket.
std::error_code send_to_groups_by(int socket, int family, const Address& local);

}  // namespace trunkline::runtime
