#include "broker/core/topic_trie.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::broker {

namespace {

/// Takes the first level off a topic or pattern. `rest` becomes null behind the last one: "a/" has two levels.
std::string_view take_level(std::string_view& rest) {
    const std::size_t end = rest.find('/');
    const std::string_view level = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return level;
}
bool has_level(std::string_view rest) { return rest.data() != nullptr; }

std::string_view last_level(std::string_view pattern) {
    const std::size_t slash = pattern.rfind('/');
    return slash == std::string_view::npos ? pattern : pattern.substr(slash + 1);
}

template <typename Subscribers>
auto position_of(Subscribers& subscribers, std::pair<GroupId, SessionSlot> key) {
    return std::lower_bound(subscribers.begin(), subscribers.end(), key,
                            [](const Subscriber& subscriber, const auto& wanted) { return subscriber.key() < wanted; });
}

}  // namespace

TopicTrie::TopicTrie() : nodes_(1) {}

void TopicTrie::put(std::string_view pattern, const Subscriber& subscriber) {
    NodeId node = root;
    for (std::string_view rest = pattern; has_level(rest);) {
        const std::string_view level = take_level(rest);
        const NodeId next = child(node, level);
        node = next == none ? make_child(node, level) : next;
    }
    std::vector<Subscriber>& subscribers = nodes_[node].subscribers;
    const auto place = position_of(subscribers, subscriber.key());
    if (place != subscribers.end() && place->key() == subscriber.key()) {
        *place = subscriber;
    } else {
        subscribers.insert(place, subscriber);
        ++size_;
    }
}

void TopicTrie::erase(std::string_view pattern, GroupId group, SessionSlot session) {
    const NodeId node = find(pattern);
    if (node == none) return;
    std::vector<Subscriber>& subscribers = nodes_[node].subscribers;
    const std::pair key(group, session);
    const auto place = position_of(subscribers, key);
    if (place == subscribers.end() || place->key() != key) return;
    subscribers.erase(place);
    --size_;
    prune(node, pattern);
}

void TopicTrie::match(std::string_view topic, std::vector<Subscriber>& out) {
    reached_.assign(1, root);
    bool wildcards = !topic.starts_with('$');
    for (std::string_view rest = topic; has_level(rest) && !reached_.empty();) {
        const std::string_view level = take_level(rest);
        reached_next_.clear();
        for (const NodeId node : reached_) {
            if (wildcards && nodes_[node].hash != none) append_subscribers(nodes_[node].hash, out);
            if (wildcards && nodes_[node].plus != none) reached_next_.push_back(nodes_[node].plus);
            const auto found = levels_.find(level);
            if (found == levels_.end()) continue;
            const auto literal = children_.find(child_key(node, found->second.id));
            if (literal != children_.end()) reached_next_.push_back(literal->second);
        }
        std::swap(reached_, reached_next_);
        wildcards = true;
    }
    for (const NodeId node : reached_) {
        append_subscribers(node, out);
        if (nodes_[node].hash != none) append_subscribers(nodes_[node].hash, out);  // "a/#" matches "a" (§4.7.1.2)
    }
}

TopicTrie::NodeId TopicTrie::child(NodeId parent, std::string_view level) const {
    if (level == "+") return nodes_[parent].plus;
    if (level == "#") return nodes_[parent].hash;
    const auto interned = levels_.find(level);
    if (interned == levels_.end()) return none;
    const auto found = children_.find(child_key(parent, interned->second.id));
    return found == children_.end() ? none : found->second;
}

TopicTrie::NodeId TopicTrie::find(std::string_view pattern) const {
    NodeId node = root;
    for (std::string_view rest = pattern; has_level(rest);) {
        node = child(node, take_level(rest));
        if (node == none) return none;
    }
    return node;
}

TopicTrie::NodeId TopicTrie::make_child(NodeId parent, std::string_view level) {
    NodeId made = static_cast<NodeId>(nodes_.size());
    if (free_.empty()) {
        nodes_.emplace_back();
    } else {
        made = free_.back();
        free_.pop_back();
    }
    nodes_[made].parent = parent;
    ++nodes_[parent].children;
    if (level == "+") {
        nodes_[parent].plus = made;
    } else if (level == "#") {
        nodes_[parent].hash = made;
    } else {
        auto interned = levels_.find(level);
        if (interned == levels_.end()) interned = levels_.emplace(std::string(level), Level{free_level(), 0}).first;
        ++interned->second.nodes;
        nodes_[made].level = interned->second.id;
        children_.emplace(child_key(parent, interned->second.id), made);
    }
    return made;
}

TopicTrie::LevelId TopicTrie::free_level() {
    if (free_levels_.empty()) return ++last_level_;
    const LevelId level = free_levels_.back();
    free_levels_.pop_back();
    return level;
}

void TopicTrie::remove_child(NodeId child, std::string_view level) {
    const NodeId parent = nodes_[child].parent;
    --nodes_[parent].children;
    if (level == "+") {
        nodes_[parent].plus = none;
    } else if (level == "#") {
        nodes_[parent].hash = none;
    } else {
        children_.erase(child_key(parent, nodes_[child].level));
        const auto interned = levels_.find(level);
        assert(interned != levels_.end());
        if (--interned->second.nodes == 0) {
            free_levels_.push_back(interned->second.id);
            levels_.erase(interned);
        }
    }
    nodes_[child] = Node();
    free_.push_back(child);
}

void TopicTrie::prune(NodeId node, std::string_view pattern) {
    while (node != root && nodes_[node].children == 0 && nodes_[node].subscribers.empty()) {
        const NodeId parent = nodes_[node].parent;
        const std::string_view level = last_level(pattern);
        remove_child(node, level);
        pattern.remove_suffix(std::min(pattern.size(), level.size() + 1));
        node = parent;
    }
}

void TopicTrie::append_subscribers(NodeId node, std::vector<Subscriber>& out) const {
    out.insert(out.end(), nodes_[node].subscribers.begin(), nodes_[node].subscribers.end());
}

}  // namespace trunkline::broker
