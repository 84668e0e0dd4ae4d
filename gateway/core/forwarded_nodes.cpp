#include "gateway/core/forwarded_nodes.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::gateway {

namespace {

Address address_of_number(std::uint64_t number) {
    Address address;
    address.ip[0] = 1;
    for (std::size_t at = 16; at > 8; --at) {
        address.ip[at - 1] = static_cast<std::uint8_t>(number);
        number >>= 8U;
    }
    return address;
}

std::uint64_t number_of(const Address& node) {
    assert(ForwardedNodes::is_node(node));
    std::uint64_t number = 0;
    for (std::size_t at = 8; at < 16; ++at) number = number << 8U | node.ip[at];
    return number;
}

}  // namespace

bool ForwardedNodes::Less::is_less(const OriginView& left, const OriginView& right) {
    if (left.address != right.address) return left.address < right.address;
    return std::lexicographical_compare(left.wireless_node_id.begin(), left.wireless_node_id.end(),
                                        right.wireless_node_id.begin(), right.wireless_node_id.end());
}

std::optional<Address> ForwardedNodes::known(const Address& forwarder, ByteView wireless_node_id) const {
    const auto known = numbers_.find(OriginView{forwarder, wireless_node_id});
    if (known == numbers_.end()) return std::nullopt;
    return address_of_number(known->second);
}

Address ForwardedNodes::address_of(const Address& forwarder, ByteView wireless_node_id) {
    if (const auto before = known(forwarder, wireless_node_id)) return *before;
    const std::uint64_t number = ++last_number_;
    const auto added =
        numbers_.emplace(Origin{forwarder, {wireless_node_id.begin(), wireless_node_id.end()}}, number).first;
    become_idle(number, by_number_.emplace(number, Entry{&added->first}).first->second);
    return address_of_number(number);
}

const Origin* ForwardedNodes::find(const Address& node) const {
    const auto found = by_number_.find(number_of(node));
    return found == by_number_.end() ? nullptr : found->second.node;
}

void ForwardedNodes::keep(const Address& node) {
    const auto found = by_number_.find(number_of(node));
    assert(found != by_number_.end());
    found->second.is_kept = true;
}

void ForwardedNodes::release(const Address& node) {
    const auto found = by_number_.find(number_of(node));
    assert(found != by_number_.end());
    found->second.is_kept = false;
    become_idle(found->first, found->second);
}

void ForwardedNodes::become_idle(std::uint64_t number, Entry& entry) {
    entry.idle_since = ++idle_count_;
    idle_.push_back({number, entry.idle_since});
    if (idle_.size() <= idle_limit) return;
    const Idle oldest = idle_.front();
    idle_.pop_front();
    const auto found = by_number_.find(oldest.number);
    // It may have become a client's meanwhile, and idle again.
    if (found == by_number_.end() || found->second.is_kept || found->second.idle_since != oldest.since) return;
    numbers_.erase(numbers_.find(Less::view(*found->second.node)));
    by_number_.erase(found);
}

}  // namespace trunkline::gateway
