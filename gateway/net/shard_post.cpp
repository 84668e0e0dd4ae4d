#include "gateway/net/shard_post.hpp"

#include <optional>
#include <utility>

namespace trunkline::gateway {

ShardBoxes::ShardBoxes(const std::vector<std::unique_ptr<runtime::EventLoop>>& loops) {
    for (const auto& loop : loops) {
        boxes_.push_back(std::make_unique<Box>());
        boxes_.back()->loop = loop.get();
    }
}

bool ShardBoxes::give(ShardIndex to, ShardMail& mail) {
    Box& box = *boxes_[to];
    if (!box.mail.has_room(limit_octets)) return false;
    if (box.mail.give(mail, mail.octets())) box.loop->wake();
    return true;
}

bool ShardBoxes::give(ShardIndex to, ShardConnects& connects) {
    Box& box = *boxes_[to];
    if (!box.connects.has_room(connects_limit_octets)) return false;
    if (box.connects.give(connects, connects.arrived.octets())) box.loop->wake();
    return true;
}

ShardPost::ShardPost(ShardBoxes& boxes, ShardIndex own, std::size_t capacity, std::uint64_t hash_key,
                     std::vector<Network> forwarders)
    : boxes_(boxes),
      own_(own),
      routes_(own, boxes.size(), capacity, hash_key, std::move(forwarders)),
      holders_(capacity, ShardsByAddress::Places(0, AddressHash(hash_key))),
      outgoing_(boxes.size()),
      outgoing_connects_(boxes.size()) {}

bool ShardPost::forwards(const Address& from, std::string_view name, ByteView datagram) {
    const ShardIndex owner = routes_.owner(from, datagram, name);
    if (owner == own_) {
        if (!is_plain(from)) holders_.erase(from);  // its session is here
        return false;
    }
    if (is_plain(from) && is_connect(datagram)) {
        outgoing_connects_[owner].arrived.append(from, datagram);
        return true;
    }
    outgoing_[owner].arrived.append(from, datagram);
    outgoing_[owner].names.emplace_back(name);
    return true;
}

bool ShardPost::returns(const Address& to, ByteView datagram) {
    const auto holder = holders_.empty() ? std::nullopt : holders_.look(to);
    if (!holder) return false;
    outgoing_[*holder].leaving.append(to, datagram);
    return true;
}

void ShardPost::claims(Way way, std::string_view name, Instant now) {
    for (std::size_t to = 0; to < outgoing_.size(); ++to) {
        if (to != own_) outgoing_[to].claims.push_back({way, std::string(name), now});
    }
}

void ShardPost::taken(const TakenPlace& taken) {
    for (std::size_t to = 0; to < outgoing_.size(); ++to) {
        if (to != own_) outgoing_[to].places.push_back(taken);
    }
}

void ShardPost::send() {
    for (std::size_t to = 0; to < outgoing_.size(); ++to) {
        send_connects(static_cast<ShardIndex>(to));
        ShardMail& mail = outgoing_[to];
        if (mail.empty()) continue;
        mail.sender = own_;
        const std::size_t datagrams = mail.arrived.size() + mail.leaving.size();
        if (boxes_.give(static_cast<ShardIndex>(to), mail)) continue;
        lost_ += datagrams;
        mail.clear();
    }
}

void ShardPost::empty_connects_box() {
    if (has_waiting()) return;
    connects_.clear();
    next_connect_ = 0;
    boxes_.take_connects(own_, [&](ShardConnects& some) { connects_.take(some.arrived); });
}

void ShardPost::send_connects(ShardIndex to) {
    ShardConnects& connects = outgoing_connects_[to];
    const std::size_t datagrams = connects.arrived.size();
    if (datagrams == 0 || boxes_.give(to, connects)) return;
    lost_ += datagrams;
    connects.clear();
}

}  // namespace trunkline::gateway
