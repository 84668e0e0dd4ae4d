#include "broker/core/shared_groups.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace trunkline::broker {

namespace {

auto place_of(SharedGroup& group, SessionSlot session) {
    return std::find_if(group.members.begin(), group.members.end(),
                        [session](const Member& member) { return member.session == session; });
}

}  // namespace

GroupId SharedGroups::join(std::string_view filter, Member member) {
    const auto [known, is_new] = by_filter_.try_emplace(std::string(filter), GroupId{last_ + 1});
    if (is_new) ++last_;
    SharedGroup& group = groups_[static_cast<std::uint32_t>(known->second)];
    if (is_new) group.filter = SharedOctets(filter);
    const auto place = place_of(group, member.session);
    if (place == group.members.end()) {
        group.members.push_back(std::move(member));
        ++members_;
    } else {
        *place = std::move(member);
    }
    return known->second;
}

std::optional<GroupId> SharedGroups::leave(std::string_view filter, SessionSlot session) {
    const auto known = by_filter_.find(std::string(filter));
    assert(known != by_filter_.end());
    const GroupId id = known->second;
    SharedGroup& group = *find(id);
    const auto place = place_of(group, session);
    assert(place != group.members.end());
    const auto index = static_cast<std::size_t>(place - group.members.begin());
    group.members.erase(place);
    --members_;
    if (index < group.next) --group.next;  // whose turn it is stays the same
    if (!group.members.empty()) return std::nullopt;
    groups_.erase(static_cast<std::uint32_t>(id));
    by_filter_.erase(known);
    return id;
}

GroupId SharedGroups::find(std::string_view filter) const {
    const auto known = by_filter_.find(std::string(filter));
    return known == by_filter_.end() ? no_group : known->second;
}

SharedGroup* SharedGroups::find(GroupId id) {
    const auto found = groups_.find(static_cast<std::uint32_t>(id));
    return found == groups_.end() ? nullptr : &found->second;
}

}  // namespace trunkline::broker
