#pragma once
// Which of several shards a sensor belongs to.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>

#include "protocol/base/address.hpp"
#include "protocol/base/address_hash.hpp"
#include "protocol/base/bytes.hpp"

namespace trunkline::gateway {

using ShardIndex = std::uint8_t;

/// A ClientId belongs to one shard, wherever it comes from: FNV-1a of its octets, modulo the number of shards.
constexpr ShardIndex shard_of(std::string_view client_id, std::size_t shards) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char octet : client_id) hash = (hash ^ static_cast<unsigned char>(octet)) * 0x100000001b3U;
    return static_cast<ShardIndex>((hash ^ hash >> 32U) % shards);
}

/// Addresses that another shard answers for. The system gives an address's datagrams to one shard's socket, whoever
/// sends from there; CONNECT, and PINGREQ with a ClientId, say who that is, and from then on what comes from the
/// address is the owner's. Those that said so first are forgotten when there are too many: their sensors are strangers
/// then, hear DISCONNECT, and connect again.
class ShardRoutes {
public:
    /// `hash_key`: unknown to strangers.
    ShardRoutes(ShardIndex own, std::size_t shards, std::size_t capacity, std::uint64_t hash_key)
        : own_(own), shards_(shards), capacity_(capacity), owners_(0, AddressHash(hash_key)) {}

    /// Whose this datagram is. `name`: whom the sender has proved to be, or empty.
    ShardIndex owner(const Address& from, ByteView datagram, std::string_view name);

    std::size_t size() const { return owners_.size(); }

private:
    ShardIndex remember(const Address& from, ShardIndex owner);

    ShardIndex own_;
    std::size_t shards_;
    std::size_t capacity_;
    std::unordered_map<Address, ShardIndex, AddressHash> owners_;  // looked up, never walked through
    std::deque<Address> in_order_;                                 // of those, perhaps more than once
};

}  // namespace trunkline::gateway
