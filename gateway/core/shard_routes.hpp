#pragma once
// Which of several shards a sensor belongs to.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/address_hash.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/network.hpp"

namespace trunkline::gateway {

using ShardIndex = std::uint8_t;

/// A ClientId belongs to one shard, wherever it comes from: FNV-1a of its octets, modulo the number of shards.
constexpr ShardIndex shard_of(std::string_view client_id, std::size_t shards) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char octet : client_id) hash = (hash ^ static_cast<unsigned char>(octet)) * 0x100000001b3U;
    return static_cast<ShardIndex>((hash ^ hash >> 32U) % shards);
}

/// Who answers for the places where sensors are, if it is another shard. Those that were said first are forgotten when
/// there are too many.
template <typename Map>
class ShardTable {
public:
    using Place = typename Map::key_type;

    explicit ShardTable(std::size_t capacity, Map empty = {}) : capacity_(capacity), owners_(std::move(empty)) {}

    void put(const Place& place, ShardIndex owner) {
        if (!owners_.insert_or_assign(place, owner).second) return;
        in_order_.push_back(place);
        while (in_order_.size() > capacity_) {
            owners_.erase(in_order_.front());
            in_order_.pop_front();
        }
    }
    void erase(const Place& place) { owners_.erase(place); }
    std::optional<ShardIndex> find(const Place& place) const {
        const auto known = owners_.find(place);
        return known == owners_.end() ? std::nullopt : std::optional(known->second);
    }
    bool empty() const { return owners_.empty(); }
    std::size_t size() const { return owners_.size(); }

private:
    std::size_t capacity_;
    Map owners_;                  // looked up, never walked through
    std::deque<Place> in_order_;  // of those, perhaps more than once
};

/// Addresses that another shard answers for, and nodes behind forwarders. The system gives an address's datagrams to
/// one shard's socket, whoever sends from there; CONNECT, and PINGREQ with a ClientId, say who that is, and from then
/// on what comes from there is the owner's. Those that are forgotten are strangers, hear DISCONNECT, and connect again.
class ShardRoutes {
public:
    /// `hash_key`: unknown to strangers. `forwarders`: whose encapsulations are looked into.
    ShardRoutes(ShardIndex own, std::size_t shards, std::size_t capacity, std::uint64_t hash_key,
                std::vector<Network> forwarders = {})
        : own_(own),
          shards_(shards),
          forwarders_(std::move(forwarders)),
          addresses_(capacity, Addresses(0, AddressHash(hash_key))),
          nodes_(capacity) {}

    /// Whose this datagram is. `name`: whom the sender has proved to be, or empty.
    ShardIndex owner(const Address& from, ByteView datagram, std::string_view name);

    std::size_t size() const { return addresses_.size() + nodes_.size(); }

private:
    using Addresses = std::unordered_map<Address, ShardIndex, AddressHash>;
    using Node = std::pair<Address, std::vector<std::byte>>;  // forwarder and Wireless Node Id

    /// By what the message says, or has said before.
    template <typename Table>
    ShardIndex owner_at(Table& table, const typename Table::Place& place, ByteView message);

    ShardIndex own_;
    std::size_t shards_;
    std::vector<Network> forwarders_;
    ShardTable<Addresses> addresses_;
    ShardTable<std::map<Node, ShardIndex>> nodes_;
};

}  // namespace trunkline::gateway
