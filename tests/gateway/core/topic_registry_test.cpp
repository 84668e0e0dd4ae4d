#include "gateway/core/topic_registry.hpp"

#include <doctest/doctest.h>

#include <string>

namespace trunkline::gateway {

using mqttsn::TopicId;

TEST_CASE("MQTT-SN 1.2 §6.5-1: topic ids ascend, and a name that is registered again gets the same one") {
    TopicRegistry topics;
    CHECK(topics.assign("b", 10) == TopicId{1});
    CHECK(topics.assign("a", 10) == TopicId{2});
    CHECK(topics.assign("c", 10) == TopicId{3});
    CHECK(topics.assign("a", 10) == TopicId{2});
    CHECK(topics.size() == 3);
    CHECK(topics.name_of(TopicId{1}) == "b");
    CHECK(topics.name_of(TopicId{3}) == "c");
}

TEST_CASE("an id that was never assigned has no name") {
    TopicRegistry topics;
    CHECK(!topics.name_of(TopicId{1}));
    topics.assign("a", 10);
    CHECK(topics.name_of(TopicId{1}));
    CHECK(!topics.name_of(TopicId{2}));
}

TEST_CASE("MQTT-SN 1.2 §5.3.11-1: 0x0000 and 0xFFFF are never assigned: ids wrap from 0xFFFE to 0x0001") {
    TopicRegistry topics(TopicId{0xfffd});
    CHECK(topics.assign("a", 10) == TopicId{0xfffd});
    CHECK(topics.assign("b", 10) == TopicId{0xfffe});
    CHECK(topics.assign("c", 10) == TopicId{1});
    CHECK(topics.name_of(TopicId{0xfffe}) == "b");
    CHECK(topics.name_of(TopicId{1}) == "c");
    CHECK(!topics.name_of(TopicId{2}));
    CHECK(!topics.name_of(TopicId{0xfffc}));
    CHECK(!topics.name_of(TopicId{0}));
    CHECK(!topics.name_of(TopicId{0xffff}));
}

TEST_CASE("MQTT-SN 1.2 §6.5: what a client was told of its ids lasts as long as its connection") {
    TopicRegistry topics;
    const auto id = topics.assign("a", 10).value();
    CHECK(!topics.is_known(id));
    topics.set_known(id);
    CHECK(topics.is_known(id));
    topics.set_refused(id);
    CHECK(!topics.is_known(id));
    CHECK(topics.is_refused(id));
    topics.forget_knowledge();
    CHECK(!topics.is_refused(id));
    CHECK(topics.name_of(id) == "a");
    topics.set_known(TopicId{7});  // never assigned
    CHECK(!topics.is_known(TopicId{7}));
}

TEST_CASE("a full registry takes no new name, but knows the old ones") {
    TopicRegistry topics;
    topics.assign("a", 2);
    topics.assign("b", 2);
    CHECK(!topics.assign("c", 2));
    CHECK(topics.assign("b", 2) == TopicId{2});
    CHECK(topics.size() == 2);
}

TEST_CASE("a registry ends at the last usable id whatever its limit") {
    TopicRegistry topics(TopicId{100});
    for (std::size_t at = 0; at < TopicRegistry::usable_ids; ++at) REQUIRE(topics.assign(std::to_string(at), 100'000));
    CHECK(topics.name_of(TopicId{99}) == std::to_string(TopicRegistry::usable_ids - 1));
    CHECK(!topics.assign("one more", 100'000));
}

}  // namespace trunkline::gateway
