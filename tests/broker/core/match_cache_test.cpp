#include "broker/core/match_cache.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace trunkline;
using namespace trunkline::broker;
using mqtt::QoS;

namespace {

struct Subscriptions {
    TopicTrie trie;
    MatchCache cache;

    void put(std::string_view filter, std::uint32_t slot, mqtt::SubscriptionOptions options = {}) {
        trie.put(filter, SessionSlot{slot}, options);
        cache.filter_changed(*mqtt::TopicFilter::parse(filter));
    }
    void erase(std::string_view filter, std::uint32_t slot) {
        trie.erase(filter, SessionSlot{slot});
        cache.filter_changed(*mqtt::TopicFilter::parse(filter));
    }
    std::span<const Match> matches(std::string_view topic) { return cache.matches(topic, trie).sessions; }
};

}  // namespace

TEST_CASE("[MQTT-3.3.4-2] overlapping subscriptions of a session are one match at the highest QoS") {
    Subscriptions subscriptions;
    subscriptions.put("a/#", 2, {QoS::at_most_once, false, false, {}});
    subscriptions.put("a/b", 2, {QoS::at_least_once, false, true, {}});
    subscriptions.put("+/b", 1, {QoS::at_most_once, false, false, {}});
    const auto matches = subscriptions.matches("a/b");
    REQUIRE(matches.size() == 2);
    CHECK(matches[0].session == SessionSlot{1});
    CHECK(matches[1].session == SessionSlot{2});
    CHECK(matches[1].grant.qos == QoS::at_least_once);
    CHECK(matches[1].grant.retain_as_published);
}

TEST_CASE("[MQTT-3.8.3-3] No Local takes only its own subscription out of what the publisher gets back") {
    Subscriptions subscriptions;
    subscriptions.put("a/b", 1, {QoS::at_least_once, true, false, {}});
    const SessionSlot slot{1};
    CHECK(subscriptions.matches("a/b")[0].grant_for(slot) == nullptr);
    subscriptions.put("a/+", 1, {QoS::at_most_once, false, false, {}});
    CHECK(subscriptions.matches("a/b")[0].grant_for(slot)->qos == QoS::at_most_once);
    CHECK(subscriptions.matches("a/b")[0].grant_for(SessionSlot{2})->qos == QoS::at_least_once);
}

TEST_CASE("[MQTT-3.3.4-5] overlapping subscriptions may also be told apart: a match for each") {
    Subscriptions subscriptions;
    subscriptions.cache = MatchCache(Overlaps::each);
    subscriptions.put("a/#", 2, {QoS::at_most_once, false, false, {}});
    subscriptions.put("a/b", 2, {QoS::at_least_once, false, false, {}});
    const auto matches = subscriptions.matches("a/b");
    REQUIRE(matches.size() == 2);
    CHECK(matches[0].session == matches[1].session);
    CHECK(matches[0].grant.qos != matches[1].grant.qos);
}

TEST_CASE("a group is one match, whoever its members are") {
    Subscriptions subscriptions;
    subscriptions.trie.put("a/+", GroupId{7});
    subscriptions.trie.put("a/b", GroupId{3});
    subscriptions.put("a/b", 1);
    const Matches matches = subscriptions.cache.matches("a/b", subscriptions.trie);
    CHECK(matches.sessions.size() == 1);
    REQUIRE(matches.groups.size() == 2);
    CHECK(matches.groups[0] == GroupId{3});
    CHECK(matches.groups[1] == GroupId{7});
}

TEST_CASE("a remembered topic follows each change of plain and wildcard filters") {
    Subscriptions subscriptions;
    CHECK(subscriptions.matches("a/b").empty());
    CHECK(subscriptions.matches("c").empty());
    subscriptions.put("a/b", 1);
    CHECK(subscriptions.matches("a/b").size() == 1);
    subscriptions.put("#", 2);
    CHECK(subscriptions.matches("a/b").size() == 2);
    CHECK(subscriptions.matches("c").size() == 1);
    subscriptions.erase("a/b", 1);
    CHECK(subscriptions.matches("a/b").size() == 1);
    subscriptions.erase("#", 2);
    CHECK(subscriptions.matches("a/b").empty());
    CHECK(subscriptions.matches("c").empty());
}

TEST_CASE("more topics than the cache holds still match") {
    Subscriptions subscriptions;
    subscriptions.put("#", 1);
    for (std::size_t topic = 0; topic < MatchCache::topic_limit + 10; ++topic) {
        REQUIRE(subscriptions.matches(std::to_string(topic)).size() == 1);
    }
}

TEST_CASE("topics with the same receivers share a result until a filter tells them apart") {
    Subscriptions subscriptions;
    subscriptions.put("#", 1);
    const Match* const shared = subscriptions.matches("a").data();
    CHECK(subscriptions.matches("b").data() == shared);
    subscriptions.put("a", 2);
    CHECK(subscriptions.matches("a").size() == 2);
    CHECK(subscriptions.matches("b").size() == 1);
    subscriptions.erase("a", 2);
    CHECK(subscriptions.matches("a").size() == 1);
    CHECK(subscriptions.matches("b").size() == 1);
}

TEST_CASE("plain filters that come and go leave nothing behind that grows") {
    Subscriptions subscriptions;
    subscriptions.put("#", 1);
    for (std::size_t topic = 0; topic < MatchCache::topic_limit + 10; ++topic) {
        const std::string plain = std::to_string(topic % 10);
        subscriptions.put(plain, static_cast<std::uint32_t>(topic + 2));
        REQUIRE(subscriptions.matches(plain).size() == 2);
        subscriptions.erase(plain, static_cast<std::uint32_t>(topic + 2));
        REQUIRE(subscriptions.matches(plain).size() == 1);
    }
}
