#include "broker/core/shared_groups.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

namespace {

Member member(std::uint32_t slot, mqtt::QoS qos = mqtt::QoS::at_most_once) {
    return {SessionSlot{slot}, qos, false, {}};
}

}  // namespace

TEST_CASE("§4.8.2 a ShareName with a filter is one group; another filter or name is another") {
    SharedGroups groups;
    const GroupId first = groups.join("$share/g/a", member(1));
    CHECK(groups.join("$share/g/a", member(2)) == first);
    CHECK(groups.join("$share/g/b", member(1)) != first);
    CHECK(groups.join("$share/h/a", member(1)) != first);
    CHECK(groups.size() == 3);
    CHECK(groups.find(first)->members.size() == 2);
    CHECK(groups.find(first)->filter.text() == "$share/g/a");
    CHECK(groups.find("$share/g/a") == first);
    CHECK(groups.find("$share/g") == no_group);
}

TEST_CASE("joining again replaces what was asked for") {
    SharedGroups groups;
    const GroupId id = groups.join("$share/g/a", member(1, mqtt::QoS::at_most_once));
    groups.join("$share/g/a", member(1, mqtt::QoS::exactly_once));
    REQUIRE(groups.find(id)->members.size() == 1);
    CHECK(groups.find(id)->members[0].qos == mqtt::QoS::exactly_once);
}

TEST_CASE("a group ends with its last member, and its number is never used again") {
    SharedGroups groups;
    const GroupId id = groups.join("$share/g/a", member(1));
    groups.join("$share/g/a", member(2));
    CHECK_FALSE(groups.leave("$share/g/a", SessionSlot{1}));
    CHECK(groups.leave("$share/g/a", SessionSlot{2}) == id);
    CHECK(groups.find(id) == nullptr);
    CHECK(groups.size() == 0);
    CHECK(groups.join("$share/g/a", member(1)) != id);
}

TEST_CASE("whose turn it is does not change when somebody else leaves") {
    SharedGroups groups;
    const GroupId id = groups.join("$share/g/a", member(1));
    for (const std::uint32_t slot : {2U, 3U}) groups.join("$share/g/a", member(slot));
    groups.find(id)->next = 2;
    groups.leave("$share/g/a", SessionSlot{1});
    SharedGroup& group = *groups.find(id);
    CHECK(group.members[group.next].session == SessionSlot{3});
}
