#include "gateway/net/shard_post.hpp"

#include <utility>

#include "gateway/core/ways.hpp"

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

ShardPost::ShardPost(ShardBoxes& boxes, ShardIndex own, std::size_t capacity, std::uint64_t hash_key,
                     std::vector<Network> forwarders)
    : boxes_(boxes),
      own_(own),
      capacity_(capacity),
      routes_(own, boxes.size(), capacity, hash_key, std::move(forwarders)),
      holders_(0, AddressHash(hash_key)),
      outgoing_(boxes.size()) {}

bool ShardPost::forwards(const Address& from, std::string_view name, ByteView datagram) {
    const ShardIndex owner = routes_.owner(from, datagram, name);
    if (owner == own_) {
        if (!is_plain(from)) holders_.erase(from);  // its session is here
        return false;
    }
    outgoing_[owner].arrived.append(from, datagram);
    outgoing_[owner].names.emplace_back(name);
    return true;
}

bool ShardPost::returns(const Address& to, ByteView datagram) {
    if (holders_.empty()) return false;
    const auto holder = holders_.find(to);
    if (holder == holders_.end()) return false;
    outgoing_[holder->second].leaving.append(to, datagram);
    return true;
}

void ShardPost::send() {
    for (std::size_t to = 0; to < outgoing_.size(); ++to) {
        ShardMail& mail = outgoing_[to];
        if (mail.empty()) continue;
        mail.sender = own_;
        const std::size_t datagrams = mail.arrived.size() + mail.leaving.size();
        if (boxes_.give(static_cast<ShardIndex>(to), mail)) continue;
        lost_ += datagrams;
        mail.clear();
    }
}

void ShardPost::note(const Address& from, ShardIndex holder) {
    if (is_plain(from)) return;
    if (!holders_.insert_or_assign(from, holder).second) return;
    in_order_.push_back(from);
    while (in_order_.size() > capacity_) {
        holders_.erase(in_order_.front());
        in_order_.pop_front();
    }
}

}  // namespace trunkline::gateway
