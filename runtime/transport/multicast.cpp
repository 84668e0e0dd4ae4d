#include "runtime/transport/multicast.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "runtime/transport/socket_address.hpp"

namespace trunkline::runtime {

namespace {

std::error_code outcome_of(int returned) {
    return returned == 0 ? std::error_code() : std::error_code(errno, std::system_category());
}

bool is_unspecified(const Address& address) {
    Address any = address.is_v4() ? Address::v4(0, 0, 0, 0, 0) : Address();
    any.port = address.port;
    return address == any;
}

in_addr v4_part(const Address& address) {
    in_addr part{};
    std::memcpy(&part, address.ip.data() + 12, sizeof part);
    return part;
}

/// Of the interface that has the address; 0: the system's choice, or nobody has it.
unsigned interface_index(const Address& local) {
    ifaddrs* all = nullptr;
    if (is_unspecified(local) || ::getifaddrs(&all) != 0) return 0;
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(all, ::freeifaddrs);
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr) continue;
        const int family = one->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        SocketAddress address;
        std::memcpy(&address.storage, one->ifa_addr, family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
        if (to_address(address).ip == local.ip) return ::if_nametoindex(one->ifa_name);
    }
    return 0;
}

}  // namespace

std::error_code join_group(int socket, const Address& group, const Address& local) {
    if (group.is_v4()) {
        ip_mreqn membership{};
        membership.imr_multiaddr = v4_part(group);
        if (local.is_v4()) membership.imr_address = v4_part(local);
        return outcome_of(::setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership));
    }
    ipv6_mreq membership{};
    std::memcpy(&membership.ipv6mr_multiaddr, group.ip.data(), group.ip.size());
    membership.ipv6mr_interface = interface_index(local);
    return outcome_of(::setsockopt(socket, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &membership, sizeof membership));
}

std::error_code send_to_groups_by(int socket, int family, const Address& local) {
    // The hops are one unless they are set: what is sent stays in the network of the interface.
    if (is_unspecified(local)) return {};
    if (family == AF_INET || local.is_v4()) {
        ip_mreqn interface {};
        interface.imr_address = v4_part(local);
        return outcome_of(::setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface));
    }
    const int index = static_cast<int>(interface_index(local));
    return outcome_of(::setsockopt(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index));
}

}  // namespace trunkline::runtime
