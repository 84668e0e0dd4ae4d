#pragma once
// Which subscriptions match a topic.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/core/slots.hpp"
#include "broker/core/store_batch.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::broker {

/// One subscription as the trie holds it: of a session, or of the members of a group together.
struct Subscriber {
    GroupId group = no_group;
    SessionSlot session{};  // unless it is a group's
    mqtt::SubscriptionOptions options{};
    SubscriptionId id{};

    auto key() const { return std::pair(group, session); }
};

/// Topic filters level by level, texts of levels kept once. Hash tables are looked up, never walked: the order of
/// results follows from the tree.
class TopicTrie {
public:
    TopicTrie();

    /// `pattern` comes from a TopicFilter. Replaces the one with the same key and pattern.
    void put(std::string_view pattern, const Subscriber& subscriber);
    void put(std::string_view pattern, SessionSlot session, const mqtt::SubscriptionOptions& options,
             SubscriptionId id = {}) {
        put(pattern, {no_group, session, options, id});
    }
    void put(std::string_view pattern, GroupId group) { put(pattern, {.group = group}); }
    void erase(std::string_view pattern, SessionSlot session) { erase(pattern, no_group, session); }
    void erase(std::string_view pattern, GroupId group) { erase(pattern, group, SessionSlot{}); }
    /// Appends every matching subscription; a session with overlapping ones appears several times. Wildcards at the
    /// front do not match topics that start with `$`. [MQTT-4.7.2-1]
    void match(std::string_view topic, std::vector<Subscriber>& out);

    /// Subscribers, each as often as it has subscribed.
    std::size_t size() const { return size_; }
    /// Nodes in use, the root included.
    std::size_t node_count() const { return nodes_.size() - free_.size(); }

private:
    using NodeId = std::uint32_t;
    using LevelId = std::uint32_t;
    static constexpr NodeId root = 0;
    static constexpr NodeId none = 0;  // the root is nobody's child

    struct Node {
        NodeId parent = none;
        NodeId plus = none;
        NodeId hash = none;
        LevelId level = 0;  // of a child that is no wildcard
        std::uint32_t children = 0;
        std::vector<Subscriber> subscribers;  // rising by key
    };
    struct Level {
        LevelId id = 0;
        std::uint32_t nodes = 0;  // that are named by it
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    static std::uint64_t child_key(NodeId parent, LevelId level) { return std::uint64_t{parent} << 32U | level; }
    NodeId child(NodeId parent, std::string_view level) const;
    NodeId find(std::string_view pattern) const;
    LevelId free_level();
    NodeId make_child(NodeId parent, std::string_view level);
    void remove_child(NodeId child, std::string_view level);
    void erase(std::string_view pattern, GroupId group, SessionSlot session);
    void prune(NodeId node, std::string_view pattern);
    void append_subscribers(NodeId node, std::vector<Subscriber>& out) const;

    std::vector<Node> nodes_;
    std::vector<NodeId> free_;
    std::size_t size_ = 0;
    std::unordered_map<std::uint64_t, NodeId> children_;
    std::unordered_map<std::string, Level, TextHash, std::equal_to<>> levels_;
    std::vector<LevelId> free_levels_;
    LevelId last_level_ = 0;
    std::vector<NodeId> reached_;       // while matching: nodes whose path matches the levels so far
    std::vector<NodeId> reached_next_;  // kept for their capacity
};

}  // namespace trunkline::broker
