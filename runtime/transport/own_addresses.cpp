#include "runtime/transport/own_addresses.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace trunkline::runtime {

namespace {

template <typename Info>
Info info_in(cmsghdr* header) {
    Info info{};
    std::memcpy(&info, CMSG_DATA(header), sizeof info);
    return info;
}

template <typename Info>
void put(const Info& info, int level, int type, msghdr& message, OwnAddresses::Control& control) {
    static_assert(CMSG_SPACE(sizeof info) <= sizeof control.octets);
    message.msg_control = control.octets.data();
    message.msg_controllen = CMSG_SPACE(sizeof info);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

}  // namespace

void OwnAddresses::ask_for(int handle, int family) {
    const int on = 1;
    if (family == AF_INET) ::setsockopt(handle, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    else ::setsockopt(handle, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
}

/// Zeroes: nothing was told, or it was sent to a group.
OwnAddresses::OwnAddress OwnAddresses::told_in(msghdr& message) {
    OwnAddress address;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            // Of what was sent to everybody the system says by which of its addresses that would be answered.
            const auto info = info_in<in_pktinfo>(header);
            address.ip[10] = address.ip[11] = 0xff;
            std::memcpy(address.ip.data() + 12, &info.ipi_spec_dst, sizeof info.ipi_spec_dst);
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
            const auto info = info_in<in6_pktinfo>(header);
            if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) continue;
            std::memcpy(address.ip.data(), &info.ipi6_addr, sizeof info.ipi6_addr);
            if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) address.interface_index = info.ipi6_ifindex;
        }
    }
    return address;
}

OwnAddresses::Number OwnAddresses::number_of(const OwnAddress& address) {
    if (address == OwnAddress{}) return 0;
    const auto known = std::find(addresses_.begin(), addresses_.end(), address);
    if (known != addresses_.end()) return static_cast<Number>(known - addresses_.begin() + 1);
    if (addresses_.size() == std::numeric_limits<Number>::max()) return 0;
    addresses_.push_back(address);
    return static_cast<Number>(addresses_.size());
}

void OwnAddresses::received(const Address& from, msghdr& message) {
    const Number number = number_of(told_in(message));
    const auto known = peers_.find(from);
    if (known != peers_.end()) {
        known->second = number;
        return;
    }
    if (peers_.size() >= remembered_limit) peers_.clear();
    peers_.emplace(from, number);
}

void OwnAddresses::leaves(const Address& to, int family, msghdr& message, Control& control) const {
    const auto known = peers_.find(to);
    if (known == peers_.end() || known->second == 0) return;
    const OwnAddress& address = addresses_[known->second - std::size_t{1}];
    if (family == AF_INET) {
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, address.ip.data() + 12, sizeof info.ipi_spec_dst);
        return put(info, IPPROTO_IP, IP_PKTINFO, message, control);
    }
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, address.ip.data(), sizeof info.ipi6_addr);
    info.ipi6_ifindex = address.interface_index;
    put(info, IPPROTO_IPV6, IPV6_PKTINFO, message, control);
}

void OwnAddresses::could_not_leave(const Address& to) { peers_.erase(to); }

}  // namespace trunkline::runtime
