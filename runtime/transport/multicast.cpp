#include "runtime/transport/multicast.hpp"

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

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

/// As it stands in /proc/net/if_inet6.
std::string in_digits(const Address& address) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t octet : address.ip) text.append({digits[octet >> 4U], digits[octet & 0xfU]});
    return text;
}

/// Of the interface that has the IPv6 address; 0: nobody has it. getifaddrs() would want a netlink socket, which a
/// service may be denied (RestrictAddressFamilies of the units).
unsigned interface_with(const Address& local) {
    std::ifstream table("/proc/net/if_inet6");
    const std::string wanted = in_digits(local);
    std::string address, rest;
    unsigned index = 0;
    while (table >> address >> std::hex >> index && std::getline(table, rest)) {
        if (address == wanted) return index;
    }
    return 0;
}

/// Of a group of IPv6; 0: the system's choice.
unsigned interface_for(const Url& group, const Address& local) {
    const std::size_t mark = group.host.find('%');
    if (mark != std::string::npos) return ::if_nametoindex(group.host.c_str() + mark + 1);
    return is_unspecified(local) ? 0 : interface_with(local);
}

}  // namespace

std::error_code join_group(int socket, const Url& url, const Address& group, const Address& local) {
    if (group.is_v4()) {
        ip_mreqn membership{};
        membership.imr_multiaddr = v4_part(group);
        if (local.is_v4()) membership.imr_address = v4_part(local);
        return outcome_of(::setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership));
    }
    ipv6_mreq membership{};
    std::memcpy(&membership.ipv6mr_multiaddr, group.ip.data(), group.ip.size());
    membership.ipv6mr_interface = interface_for(url, local);
    return outcome_of(::setsockopt(socket, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &membership, sizeof membership));
}

std::error_code send_to_group(int socket, int family, const Url& url, const Address& local) {
    // The hops are one unless they are set: what is sent stays in the network of the interface.
    if (family == AF_INET || local.is_v4()) {
        if (is_unspecified(local)) return {};
        ip_mreqn interface {};
        interface.imr_address = v4_part(local);
        return outcome_of(::setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface));
    }
    const int index = static_cast<int>(interface_for(url, local));
    return outcome_of(::setsockopt(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index));
}

}  // namespace trunkline::runtime
