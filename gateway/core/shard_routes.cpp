#include "gateway/core/shard_routes.hpp"

#include <string>
#include <variant>

#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"

namespace trunkline::gateway {

namespace {

constexpr ShardIndex of_discovery = 0;  // the shard that answers SEARCHGW

// Of all other messages the first octets are enough to be told apart: a codec for each would cost as much as the
// shard's own work.
constexpr std::byte connect{0x04}, searchgw{0x01}, pingreq{0x16};

std::byte type_of(ByteView datagram) {
    const bool is_long = !datagram.empty() && datagram[0] == std::byte{1};  // §5.2.1
    const std::size_t at = is_long ? 3 : 1;
    return datagram.size() > at ? datagram[at] : std::byte{0xff};
}

/// The ClientId in CONNECT or PINGREQ; nothing: it is neither, or is malformed.
std::optional<std::string> client_id_in(ByteView datagram) {
    const auto message = mqttsn::decode(datagram);
    if (!message) return std::nullopt;
    if (const auto* packet = std::get_if<mqttsn::Connect>(&*message)) return std::string(packet->client_id);
    const auto* packet = std::get_if<mqttsn::PingReq>(&*message);
    if (packet == nullptr || packet->client_id.empty()) return std::nullopt;
    return std::string(packet->client_id);
}

}  // namespace

bool is_connect(ByteView datagram) { return type_of(datagram) == connect; }

void ShardRoutes::know(const Address& at, ByteView wireless_node_id, ShardIndex owner) {
    if (wireless_node_id.empty()) addresses_.put_settled(at, owner);
    else nodes_.put_settled({at, {wireless_node_id.begin(), wireless_node_id.end()}}, owner);
}

ShardIndex ShardRoutes::owner(const Address& from, ByteView datagram, std::string_view name) {
    if (!forwarders_.empty() && mqttsn::is_encapsulated(datagram)) {
        // A name is the forwarder's own.
        const auto wrapped = mqttsn::unwrap(datagram);
        if (!wrapped || !is_within(forwarders_, from)) return own_;
        const ByteView id = wrapped->wireless_node_id;
        return owner_at(nodes_, Node{from, {id.begin(), id.end()}}, wrapped->message);
    }
    if (!name.empty()) return shard_of(name, shards_);  // its ClientId, or CONNECT is refused by any shard
    return owner_at(addresses_, from, datagram);
}

template <typename Table>
ShardIndex ShardRoutes::owner_at(Table& table, const typename Table::Place& place, ByteView message) {
    const std::byte type = type_of(message);
    if (type == searchgw) return of_discovery;
    const std::optional<ShardIndex> known = type == connect || table.empty() ? std::nullopt : table.find(place);
    const bool may_name = type == connect || type == pingreq;
    if (const auto client_id = may_name ? client_id_in(message) : std::nullopt) {
        const ShardIndex owner = shard_of(*client_id, shards_);
        if (owner == own_) table.erase(place);
        else table.put(place, owner);
        return owner;
    }
    return known.value_or(own_);
}

}  // namespace trunkline::gateway
