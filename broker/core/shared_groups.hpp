#pragma once
// Shared subscriptions (5.0 §4.8.2): of the members of a group, one gets each message.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/shared_octets.hpp"
#include "broker/core/slots.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// What a session has asked for with its subscription; each member has its own QoS. [MQTT-4.8.2-3]
struct Member {
    SessionSlot session{};
    mqtt::QoS qos{};
    bool retain_as_published = false;
    SharedOctets subscription_ids;  // as properties of PUBLISH
};

struct SharedGroup {
    SharedOctets filter;          // "$share/…" as the members wrote it
    std::vector<Member> members;  // in the order of their joining; never empty
    std::size_t next = 0;         // where the search for the next receiver begins
};

/// Owns every group. The same ShareName with another filter is another group.
class SharedGroups {
public:
    /// Adds the session, or replaces what it had asked for. `filter` comes from a TopicFilter.
    GroupId join(std::string_view filter, Member member);
    /// The group's number if it has ended with its last member.
    std::optional<GroupId> leave(std::string_view filter, SessionSlot session);

    GroupId find(std::string_view filter) const;
    /// Null: it has ended. Valid until join() or leave().
    SharedGroup* find(GroupId id);
    std::size_t size() const { return groups_.size(); }
    /// Of all groups.
    std::size_t member_count() const { return members_; }

private:
    std::unordered_map<std::string, GroupId> by_filter_;     // looked up, never walked
    std::unordered_map<std::uint32_t, SharedGroup> groups_;  // the same
    std::uint32_t last_ = 0;
    std::size_t members_ = 0;
};

}  // namespace trunkline::broker
