#include "gateway/core/predefined_topics.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using mqttsn::TopicId;

TEST_CASE("MQTT-SN 1.2 §6.7-1: predefined ids are known both ways, a client's own before those for all") {
    const PredefinedTopics topics(
        {{TopicId{2}, "b"}, {TopicId{1}, "a"}, {TopicId{2}, "mine", "s1"}, {TopicId{3}, "c", "s1"}});
    CHECK(topics.topic_of(TopicId{1}, "s1") == "a");
    CHECK(topics.topic_of(TopicId{2}, "s1") == "mine");
    CHECK(topics.topic_of(TopicId{2}, "s2") == "b");
    CHECK(topics.topic_of(TopicId{3}, "s1") == "c");
    CHECK(!topics.topic_of(TopicId{3}, "s2"));
    CHECK(!topics.topic_of(TopicId{4}, "s1"));
    CHECK(topics.id_of("a", "s1") == TopicId{1});
    CHECK(topics.id_of("mine", "s1") == TopicId{2});
    CHECK(topics.id_of("b", "s2") == TopicId{2});
    CHECK(!topics.id_of("mine", "s2"));
    CHECK(!topics.id_of("d", "s1"));
}

TEST_CASE("an id for all that a client has for another topic does not stand for the one for all") {
    const PredefinedTopics topics({{TopicId{2}, "b"}, {TopicId{2}, "mine", "s1"}});
    CHECK(!topics.id_of("b", "s1"));
    CHECK(topics.id_of("b", "") == TopicId{2});
}

TEST_CASE("of two definitions of one id the first counts") {
    const PredefinedTopics topics({{TopicId{2}, "b"}, {TopicId{2}, "a"}});
    CHECK(topics.topic_of(TopicId{2}, "") == "b");
    CHECK(!topics.topic_of(TopicId{3}, ""));
}

TEST_CASE("no predefined topics at all") {
    const PredefinedTopics topics({});
    CHECK(!topics.topic_of(TopicId{1}, "s1"));
    CHECK(!topics.id_of("a", "s1"));
}

}  // namespace trunkline::gateway
