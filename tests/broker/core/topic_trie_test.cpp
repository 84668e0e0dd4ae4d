#include "broker/core/topic_trie.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "protocol/base/random.hpp"
#include "protocol/mqtt/topic_filter.hpp"

using namespace trunkline;
using namespace trunkline::broker;

namespace {

std::vector<std::uint32_t> matched(TopicTrie& trie, std::string_view topic) {
    std::vector<Subscriber> found;
    trie.match(topic, found);
    std::vector<std::uint32_t> slots;
    for (const Subscriber& subscriber : found) slots.push_back(static_cast<std::uint32_t>(subscriber.session));
    std::sort(slots.begin(), slots.end());
    return slots;
}

using Slots = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("[MQTT-4.7.1-1] [MQTT-4.7.1-2] wildcards match as in the examples of §4.7.1") {
    TopicTrie trie;
    const std::string_view patterns[] = {
        "sport/tennis/player1/#", "sport/#", "#", "sport/tennis/+", "sport/+", "+/+", "/+", "+",
        "sport/tennis/player1"};
    for (std::uint32_t slot = 0; slot < std::size(patterns); ++slot) trie.put(patterns[slot], SessionSlot{slot}, {});
    CHECK(matched(trie, "sport/tennis/player1") == Slots{0, 1, 2, 3, 8});
    CHECK(matched(trie, "sport/tennis/player1/ranking") == Slots{0, 1, 2});
    CHECK(matched(trie, "sport") == Slots{1, 2, 7});
    CHECK(matched(trie, "sport/") == Slots{1, 2, 4, 5});
    CHECK(matched(trie, "/finance") == Slots{2, 5, 6});
}

TEST_CASE("[MQTT-4.7.2-1] a wildcard at the front matches no topic that begins with $") {
    TopicTrie trie;
    trie.put("#", SessionSlot{0}, {});
    trie.put("+/monitor/Clients", SessionSlot{1}, {});
    trie.put("$SYS/#", SessionSlot{2}, {});
    trie.put("$SYS/monitor/+", SessionSlot{3}, {});
    CHECK(matched(trie, "$SYS/monitor/Clients") == Slots{2, 3});
    CHECK(matched(trie, "a/monitor/Clients") == Slots{0, 1});
}

TEST_CASE("what is erased matches no longer, and leaves no node behind") {
    TopicTrie trie;
    for (const std::string_view pattern : {"a/b/c", "a/b", "a/+/c", "a/#", "#", "+", "a//c", "/"}) {
        trie.put(pattern, SessionSlot{1}, {});
        trie.put(pattern, SessionSlot{2}, {});
        trie.erase(pattern, SessionSlot{3});
    }
    CHECK(matched(trie, "a/b/c") == Slots{1, 1, 1, 1, 2, 2, 2, 2});
    for (const std::string_view pattern : {"a/b", "a/+/c", "a/#", "#", "+", "/", "a/b/c", "a//c"}) {
        trie.erase(pattern, SessionSlot{1});
        trie.erase(pattern, SessionSlot{1});
    }
    CHECK(matched(trie, "a/b/c") == Slots{2, 2, 2, 2});
    for (const std::string_view pattern : {"a//c", "a/b", "a/+/c", "a/#", "#", "+", "/", "a/b/c"})
        trie.erase(pattern, SessionSlot{2});
    CHECK(trie.node_count() == 1);
    CHECK(matched(trie, "a/b/c").empty());
}

TEST_CASE("the trie agrees with topic_matches() on thousands of random subscriptions and topics") {
    Random random(7, "test", "trie");
    const std::string_view levels[] = {"a", "b", "", "$x", "+", "#"};
    const auto text = [&](std::size_t kinds) {
        std::string made;
        const std::uint64_t depth = 1 + random.below(4);
        for (std::uint64_t level = 0; level < depth; ++level) {
            if (level != 0) made += '/';
            const std::string_view chosen = levels[random.below(kinds)];
            made += chosen;
            if (chosen == "#") break;
        }
        return made;
    };
    TopicTrie trie;
    std::vector<std::pair<std::string, std::uint32_t>> reference;
    for (int step = 0; step < 4000; ++step) {
        const std::string pattern = text(6);
        if (pattern.empty()) continue;
        const auto slot = static_cast<std::uint32_t>(random.below(5));
        std::erase(reference, std::pair(pattern, slot));
        if (random.chance(0.6)) {
            trie.put(pattern, SessionSlot{slot}, {});
            reference.emplace_back(pattern, slot);
        } else {
            trie.erase(pattern, SessionSlot{slot});
        }
        const std::string topic = text(4);
        if (topic.empty()) continue;
        Slots expected;
        for (const auto& [kept, of] : reference) {
            if (mqtt::topic_matches(kept, topic)) expected.push_back(of);
        }
        std::sort(expected.begin(), expected.end());
        REQUIRE(matched(trie, topic) == expected);
    }
}
