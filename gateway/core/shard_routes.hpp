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

/// What anybody may say, and what the sockets' side doors are for. What is encapsulated is not looked into.
bool is_connect(ByteView datagram);

/// A ClientId belongs to one shard, wherever it comes from: FNV-1a of its octets, modulo the number of shards.
constexpr ShardIndex shard_of(std::string_view client_id, std::size_t shards) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char octet : client_id) hash = (hash ^ static_cast<unsigned char>(octet)) * 0x100000001b3U;
    return static_cast<ShardIndex>((hash ^ hash >> 32U) % shards);
}

/// Who answers for a place. Settled: its sensor has said more there than CONNECT.
struct ShardEntry {
    ShardIndex owner = 0;
    bool is_settled = false;
    bool is_used = false;  // since its last turn to be forgotten
};

/// Who answers for the places where sensors are, if it is another shard. Places where no more than CONNECT has been
/// said stand apart: it may be forged, and many of them must not make known sensors forgotten. Of both those are
/// forgotten, when there are too many, that were there first and from where nothing has come since their last turn.
template <typename Map>
class ShardTable {
public:
    using Places = Map;
    using Place = typename Map::key_type;

    explicit ShardTable(std::size_t capacity, Map empty = {}) : capacity_(capacity), entries_(std::move(empty)) {}

    /// By CONNECT.
    void put(const Place& place, ShardIndex owner) {
        const auto [entry, is_new] = entries_.try_emplace(place, ShardEntry{owner});
        entry->second.owner = owner;
        if (is_new) remember(place, newcomers_, false);
    }
    /// By one whose sensor has shown that it is there.
    void put_settled(const Place& place, ShardIndex owner) {
        const auto [entry, is_new] = entries_.try_emplace(place, ShardEntry{owner});
        entry->second.owner = owner;
        settle(place, entry->second);
    }
    /// By anything else that comes from there.
    std::optional<ShardIndex> find(const Place& place) {
        const auto known = entries_.find(place);
        if (known == entries_.end()) return std::nullopt;
        const ShardIndex owner = known->second.owner;
        settle(place, known->second);
        return owner;
    }
    /// Of no consequence.
    std::optional<ShardIndex> look(const Place& place) const {
        const auto known = entries_.find(place);
        return known == entries_.end() ? std::nullopt : std::optional(known->second.owner);
    }
    void erase(const Place& place) { entries_.erase(place); }
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }

private:
    void settle(const Place& place, ShardEntry& entry) {
        entry.is_used = true;
        if (!std::exchange(entry.is_settled, true)) remember(place, settled_, true);
    }
    void remember(const Place& place, std::deque<Place>& in_order, bool is_settled) {
        in_order.push_back(place);
        for (std::size_t turns = 0; in_order.size() > capacity_; ++turns) {
            const auto oldest = entries_.find(in_order.front());
            if (oldest != entries_.end() && oldest->second.is_settled == is_settled) {
                const bool stays = turns < most_turns && std::exchange(oldest->second.is_used, false);
                if (stays) in_order.push_back(in_order.front());
                else entries_.erase(oldest);
            }
            in_order.pop_front();
        }
    }

    static constexpr std::size_t most_turns = 1'000;  // then one that is used has to go: others wait for this

    std::size_t capacity_;
    Map entries_;  // looked up, never walked through
    // Of those, perhaps more than once, and such as have become the other or are forgotten.
    std::deque<Place> newcomers_;
    std::deque<Place> settled_;
};

/// By address.
using ShardsByAddress = ShardTable<std::unordered_map<Address, ShardEntry, AddressHash>>;

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
          addresses_(capacity, ShardsByAddress::Places(0, AddressHash(hash_key))),
          nodes_(capacity) {}

    /// A sensor of another shard is there, from before a restart: at an address, or behind that forwarder.
    void know(const Address& at, ByteView wireless_node_id, ShardIndex owner);

    /// Whose this datagram is. `name`: whom the sender has proved to be, or empty.
    ShardIndex owner(const Address& from, ByteView datagram, std::string_view name);

    std::size_t size() const { return addresses_.size() + nodes_.size(); }

private:
    using Node = std::pair<Address, std::vector<std::byte>>;  // forwarder and Wireless Node Id

    /// By what the message says, or has said before.
    template <typename Table>
    ShardIndex owner_at(Table& table, const typename Table::Place& place, ByteView message);

    ShardIndex own_;
    std::size_t shards_;
    std::vector<Network> forwarders_;
    ShardsByAddress addresses_;
    ShardTable<std::map<Node, ShardEntry>> nodes_;
};

}  // namespace trunkline::gateway
