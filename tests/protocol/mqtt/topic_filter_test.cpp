#include "protocol/mqtt/topic_filter.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "protocol/base/random.hpp"

using namespace trunkline::mqtt;

namespace {

bool is_filter(std::string_view text) { return TopicFilter::parse(text).has_value(); }

std::vector<std::string> levels_of(std::string_view text) {
    std::vector<std::string> levels(1);
    for (const char character : text) {
        if (character == '/') levels.emplace_back();
        else levels.back().push_back(character);
    }
    return levels;
}

/// The rules of §4.7 once more, slowly: on lists of levels, from the back.
bool matches_slowly(std::vector<std::string> pattern, const std::vector<std::string>& topic) {
    if (topic.front().starts_with('$') && (pattern.front() == "+" || pattern.front() == "#")) return false;
    std::size_t compared = topic.size();
    if (pattern.back() == "#") {
        pattern.pop_back();
        if (topic.size() < pattern.size()) return false;
        compared = pattern.size();
    }
    if (compared != pattern.size()) return false;
    for (std::size_t at = 0; at < compared; ++at) {
        if (pattern[at] != "+" && pattern[at] != topic[at]) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("[MQTT-4.7.3-1] 3.1.1 [MQTT-4.7.3-1] a filter has at least one character") {
    CHECK(!is_filter(""));
    CHECK(is_filter("a"));
    CHECK(is_filter("/"));
    CHECK(is_filter("//"));
}

TEST_CASE("[MQTT-4.7.1-1] 3.1.1 [MQTT-4.7.1-2] # has the last level to itself") {
    for (const auto* text : {"#", "a/#", "/#", "+/#"}) CHECK(is_filter(text));
    for (const auto* text : {"a#", "a/b#", "#/a", "a/#/b", "##", "#/", "+#", "a/#b"}) CHECK(!is_filter(text));
}

TEST_CASE("[MQTT-4.7.1-2] 3.1.1 [MQTT-4.7.1-3] + has a level to itself, anywhere") {
    for (const auto* text : {"+", "+/a", "a/+", "a/+/b", "+/+", "/+", "+/"}) CHECK(is_filter(text));
    for (const auto* text : {"a+", "+a", "a/b+", "a/+b/c", "++"}) CHECK(!is_filter(text));
}

TEST_CASE("[MQTT-4.7.3-2] [MQTT-4.7.3-3] 3.1.1 [MQTT-4.7.3-2] 3.1.1 [MQTT-4.7.3-3] a filter is a string") {
    CHECK(!is_filter(std::string_view("a\0", 2)));
    CHECK(!is_filter("\xff"));
    CHECK(is_filter(std::string(65'535, 'a')));
    CHECK(!is_filter(std::string(65'536, 'a')));
}

TEST_CASE("a filter tells what it is") {
    const auto plain = TopicFilter::parse("a/b");
    CHECK(plain->text() == "a/b");
    CHECK(plain->pattern() == "a/b");
    CHECK(!plain->is_shared());
    CHECK(plain->share_name().empty());
    CHECK(!plain->has_wildcard());
    CHECK(TopicFilter::parse("a/+")->has_wildcard());
    CHECK(TopicFilter::parse("#")->has_wildcard());
    CHECK(*plain == *TopicFilter::parse("a/b"));
}

TEST_CASE("[MQTT-4.8.2-1] a shared filter begins with $share/ and has a name of at least one character") {
    const auto shared = TopicFilter::parse("$share/consumers/plant/+");
    REQUIRE(shared.has_value());
    CHECK(shared->is_shared());
    CHECK(shared->share_name() == "consumers");
    CHECK(shared->pattern() == "plant/+");
    CHECK(shared->text() == "$share/consumers/plant/+");
    CHECK(shared->has_wildcard());
    CHECK(!TopicFilter::parse("$share/g/a")->has_wildcard());
    CHECK(!is_filter("$share//a"));
    CHECK(!is_filter("$share/"));
    for (const auto* text : {"$share", "$shared/g/a", "$Share/g/a", "a/$share/g"}) {
        REQUIRE(is_filter(text));
        CHECK(!TopicFilter::parse(text)->is_shared());
    }
}

TEST_CASE("[MQTT-4.8.2-2] the share name has no wildcard, and a filter behind it") {
    for (const auto* text :
         {"$share/g", "$share/g/", "$share/+/a", "$share/#/a", "$share/a+/b", "$share/g/a#", "$share/#"})
        CHECK(!is_filter(text));
    CHECK(TopicFilter::parse("$share/g//")->pattern() == "/");
    CHECK(TopicFilter::parse("$share/g/#")->pattern() == "#");
}

TEST_CASE("§4.7.1: the examples of the specification") {
    for (const auto* topic :
         {"sport/tennis/player1", "sport/tennis/player1/ranking", "sport/tennis/player1/score/wimbledon"}) {
        CHECK(topic_matches("sport/tennis/player1/#", topic));
    }
    CHECK(topic_matches("sport/#", "sport"));
    CHECK(topic_matches("#", "sport"));
    CHECK(topic_matches("sport/tennis/+", "sport/tennis/player1"));
    CHECK(!topic_matches("sport/tennis/+", "sport/tennis/player1/ranking"));
    CHECK(!topic_matches("sport/+", "sport"));
    CHECK(topic_matches("sport/+", "sport/"));
    CHECK(topic_matches("+/+", "/finance"));
    CHECK(topic_matches("/+", "/finance"));
    CHECK(!topic_matches("+", "/finance"));
}

TEST_CASE("[MQTT-4.7.2-1] 3.1.1 [MQTT-4.7.2-1] wildcards at the front do not match topics that begin with $") {
    for (const auto* pattern : {"#", "+/monitor/Clients", "+/#"})
        CHECK(!topic_matches(pattern, "$SYS/monitor/Clients"));
    CHECK(!topic_matches("+", "$SYS"));
    CHECK(topic_matches("$SYS/#", "$SYS/monitor/Clients"));
    CHECK(topic_matches("$SYS/monitor/+", "$SYS/monitor/Clients"));
    CHECK(topic_matches("+/$SYS", "a/$SYS"));
}

TEST_CASE("[MQTT-4.7.3-4] 3.1.1 [MQTT-4.7.3-4] nothing is normalised") {
    CHECK(!topic_matches("ACCOUNTS", "Accounts"));
    CHECK(!topic_matches("a//b", "a/b"));
    CHECK(!topic_matches("/a", "a"));
    CHECK(!topic_matches("a/", "a"));
    CHECK(!topic_matches("\xc3\xa5", "a\xcc\x8a"));  // å in one and in two code points
}

TEST_CASE("§4.7: all short patterns and topics, against the rules told differently") {
    const std::vector<std::string> parts = {"", "a", "b", "$a", "+", "#"};
    trunkline::Random random(1, "topics", "pairs");
    const auto text_of_parts = [&](std::uint64_t choices) {
        std::string text;
        const std::uint64_t levels = 1 + random.below(4);
        for (std::uint64_t level = 0; level < levels; ++level)
            text += (level == 0 ? "" : "/") + parts[random.below(choices)];
        return text;
    };
    for (int pair = 0; pair < 200'000; ++pair) {
        const std::string pattern = text_of_parts(parts.size());
        const std::string topic = text_of_parts(4);
        if (topic.empty() || !is_filter(pattern)) continue;
        const bool expected = matches_slowly(levels_of(pattern), levels_of(topic));
        if (topic_matches(pattern, topic) != expected) FAIL(pattern << " and " << topic);
    }
}
