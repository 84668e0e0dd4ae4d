#include "broker/core/held_publishers.hpp"

namespace trunkline::broker {

bool HeldPublishers::published(ConnectionId id, std::size_t octets, Instant now) {
    Publisher& publisher = publishers_[id];
    publisher.octets += octets;
    octets_ += octets;
    const bool is_greedy = publisher.octets * publishers_.size() >= octets_;
    if (publisher.held_since || !is_greedy) return false;
    publisher.held_since = now;
    held_.push_back(id);
    return true;
}

void HeldPublishers::hold_back(ConnectionId id, HeldAnswer answer) {
    Publisher& publisher = publishers_.find(id)->second;
    publisher.answers.push_back(answer);
    if (answer.qos == mqtt::QoS::at_least_once || is_failure(answer.reason)) ++publisher.acknowledgements;
}

void HeldPublishers::forget(ConnectionId id) {
    const auto found = publishers_.find(id);
    if (found == publishers_.end()) return;
    octets_ -= found->second.octets;
    if (found->second.held_since) std::erase(held_, id);
    publishers_.erase(found);
}

std::vector<std::pair<ConnectionId, std::vector<HeldAnswer>>> HeldPublishers::release() {
    std::vector<std::pair<ConnectionId, std::vector<HeldAnswer>>> released;
    for (const ConnectionId id : held_) released.emplace_back(id, std::move(publishers_[id].answers));
    publishers_.clear();
    held_.clear();
    octets_ = 0;
    return released;
}

std::optional<std::pair<ConnectionId, Instant>> HeldPublishers::longest_held() const {
    if (held_.empty()) return std::nullopt;
    return std::pair(held_.front(), *publishers_.find(held_.front())->second.held_since);
}

}  // namespace trunkline::broker
