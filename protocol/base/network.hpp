#pragma once
// A range of addresses, as 10.0.0.0/8: a value, without sockets.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "protocol/base/address.hpp"

namespace trunkline {

/// All addresses that agree with `base` in the first `prefix` bits; IPv4 as ::ffff:a.b.c.d, so that 10.0.0.0/8 has the
/// prefix 104. Ports do not matter.
struct Network {
    static constexpr unsigned bits = 128;
    static constexpr unsigned mapped_bits = 96;  // what IPv4 addresses begin with

    Address base;
    unsigned prefix = bits;  // up to `bits`

    bool contains(const Address& address) const {
        const std::size_t whole = prefix / 8;
        if (!std::equal(base.ip.begin(), base.ip.begin() + static_cast<std::ptrdiff_t>(whole), address.ip.begin()))
            return false;
        const unsigned rest = prefix % 8;
        return rest == 0 || ((base.ip[whole] ^ address.ip[whole]) >> (8 - rest)) == 0;
    }
    friend bool operator==(const Network&, const Network&) = default;
};

inline bool is_within(const std::vector<Network>& networks, const Address& address) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const Network& network) { return network.contains(address); });
}

}  // namespace trunkline
