#pragma once
// Addresses as keys of a hash table.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "protocol/base/address.hpp"

namespace trunkline {

/// Mixed with a key, so that a stranger who does not know it cannot choose addresses that collide.
class AddressHash {
public:
    explicit AddressHash(std::uint64_t key) : key_(key) {}

    std::size_t operator()(const Address& address) const {
        std::uint64_t halves[2];
        static_assert(sizeof halves == sizeof address.ip);
        std::memcpy(halves, address.ip.data(), sizeof halves);  // in this machine's order of octets: nobody is told
        const std::uint64_t rest = std::uint64_t{address.via} << 16U | address.port;
        return static_cast<std::size_t>(mixed(mixed(mixed(key_ ^ halves[0]) ^ halves[1]) ^ rest));
    }

private:
    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    static constexpr std::uint64_t mixed(std::uint64_t bits) {
        bits = (bits ^ bits >> 30U) * 0xbf58476d1ce4e5b9U;
        bits = (bits ^ bits >> 27U) * 0x94d049bb133111ebU;
        return bits ^ bits >> 31U;
    }
    std::uint64_t key_;
};

}  // namespace trunkline
