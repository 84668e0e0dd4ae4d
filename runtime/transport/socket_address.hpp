#pragma once
// Address to the system's sockaddr and back.

#include <sys/socket.h>

#include "protocol/base/address.hpp"

namespace trunkline::runtime {

/// A sockaddr of either family with its size.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    int family() const { return storage.ss_family; }
};

/// IPv4 addresses become AF_INET, or ::ffff:a.b.c.d when `family` is AF_INET6.
SocketAddress to_socket_address(const Address& address, int family);
/// In the address's own family.
SocketAddress to_socket_address(const Address& address);
Address to_address(const SocketAddress& address);

/// What a socket is bound to. Port 0 if the system does not say.
Address bound_address(int handle);

}  // namespace trunkline::runtime
