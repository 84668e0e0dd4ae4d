#pragma once
// From which of this machine's addresses a datagram leaves, where a socket has all of them.
//
// A socket that is bound to no address in particular (0.0.0.0, ::) hears what comes to any, and the system answers from
// the one that it likes best. On a machine with several in one network, such as one that two machines share and one of
// them has at a time, that is not the one that was asked: a peer whose socket is connected, or a translator of
// addresses, does not take what comes from there for the answer.

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/address_hash.hpp"

namespace trunkline::runtime {

/// Of one socket. Peers are answered from where they spoke to; those that have not spoken yet, or were forgotten among
/// too many, from where the system likes: they are known again with their next datagram.
class OwnAddresses {
public:
    /// Room for one message's control data.
    struct alignas(std::size_t) Control {
        std::array<std::byte, 64> octets;
    };
    static constexpr std::size_t remembered_limit = 65'536;

    /// `hash_key`: a stranger who does not know it cannot choose addresses that collide.
    explicit OwnAddresses(std::uint64_t hash_key) : peers_(0, AddressHash(hash_key)) {}

    /// Has the system tell of each datagram where it came to. Nothing else is of any effect if it does not.
    static void ask_for(int handle, int family);
    /// One came, with control data.
    void received(const Address& from, msghdr& message);
    /// One leaves, from where the peer has spoken to. `control` outlives the call that sends it.
    void leaves(const Address& to, int family, msghdr& message, Control& control) const;
    /// That could not be sent: the address may be this machine's no longer.
    void could_not_leave(const Address& to);

private:
    /// One within a single network (fe80::/10) is nothing without its interface.
    struct OwnAddress {
        std::array<std::uint8_t, 16> ip{};  // IPv4 as ::ffff:a.b.c.d
        unsigned interface_index = 0;       // of such an address; else 0
        friend bool operator==(const OwnAddress&, const OwnAddress&) = default;
    };
    using Number = std::uint8_t;  // a place in addresses_, from 1; 0: the system's choice

    static OwnAddress told_in(msghdr& message);
    Number number_of(const OwnAddress& address);

    std::vector<OwnAddress> addresses_;
    std::unordered_map<Address, Number, AddressHash> peers_;
};

}  // namespace trunkline::runtime
