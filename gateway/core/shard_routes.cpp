#include "gateway/core/shard_routes.hpp"

#include "protocol/mqttsn/codec.hpp"

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

}  // namespace

ShardIndex ShardRoutes::owner(const Address& from, ByteView datagram, std::string_view name) {
    if (!name.empty()) return shard_of(name, shards_);  // its ClientId, or CONNECT is refused by any shard
    const std::byte type = type_of(datagram);
    if (type == searchgw) return of_discovery;
    if (type == connect || type == pingreq) {
        const auto message = mqttsn::decode(datagram);
        if (!message) return own_;
        if (const auto* packet = std::get_if<mqttsn::Connect>(&*message))
            return remember(from, shard_of(packet->client_id, shards_));
        const auto* packet = std::get_if<mqttsn::PingReq>(&*message);
        if (packet != nullptr && !packet->client_id.empty())
            return remember(from, shard_of(packet->client_id, shards_));
    }
    if (owners_.empty()) return own_;
    const auto known = owners_.find(from);
    return known == owners_.end() ? own_ : known->second;
}

ShardIndex ShardRoutes::remember(const Address& from, ShardIndex owner) {
    if (owner == own_) {
        owners_.erase(from);
        return owner;
    }
    const auto [place, is_new] = owners_.insert_or_assign(from, owner);
    if (!is_new) return owner;
    in_order_.push_back(from);
    while (in_order_.size() > capacity_) {
        owners_.erase(in_order_.front());
        in_order_.pop_front();
    }
    return owner;
}

}  // namespace trunkline::gateway
