#include "runtime/transport/socket_address.hpp"

#include <netinet/in.h>

#include <cstring>

namespace trunkline::runtime {

SocketAddress to_socket_address(const Address& address, int family) {
    SocketAddress result;
    if (family == AF_INET) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(address.port);
        std::memcpy(&v4.sin_addr, address.ip.data() + 12, 4);
        std::memcpy(&result.storage, &v4, sizeof v4);
        result.size = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(address.port);
        std::memcpy(&v6.sin6_addr, address.ip.data(), 16);
        std::memcpy(&result.storage, &v6, sizeof v6);
        result.size = sizeof v6;
    }
    return result;
}

SocketAddress to_socket_address(const Address& address) {
    return to_socket_address(address, address.is_v4() ? AF_INET : AF_INET6);
}

Address to_address(const SocketAddress& address) {
    if (address.family() == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address.storage, sizeof v4);
        Address result = Address::v4(0, 0, 0, 0, ntohs(v4.sin_port));
        std::memcpy(result.ip.data() + 12, &v4.sin_addr, 4);
        return result;
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.storage, sizeof v6);
    Address result;
    result.port = ntohs(v6.sin6_port);
    std::memcpy(result.ip.data(), &v6.sin6_addr, 16);
    return result;
}

Address bound_address(int handle) {
    SocketAddress address;
    if (::getsockname(handle, address.get(), &address.size) != 0) return {};
    return to_address(address);
}

}  // namespace trunkline::runtime
