#include "protocol/mqtt/topic_name.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace trunkline::mqtt;

TEST_CASE("[MQTT-4.7.3-1] 3.1.1 [MQTT-4.7.3-1] a topic name has at least one character") {
    CHECK(!is_topic_name(""));
    CHECK(is_topic_name("a"));
    CHECK(is_topic_name("/"));
    CHECK(is_topic_name(" "));
    CHECK(is_topic_name("$SYS/broker"));
    CHECK(is_topic_name("station/7/Δp"));
}

TEST_CASE("[MQTT-4.7.0-1] 3.1.1 [MQTT-4.7.1-1] a topic name has no wildcard, wherever it stands") {
    for (const auto* topic : {"+", "#", "a/+", "a/#", "a+b", "a#", "/+/", "a/b+"}) CHECK(!is_topic_name(topic));
}

TEST_CASE("[MQTT-4.7.3-2] 3.1.1 [MQTT-4.7.3-2] a topic name has no U+0000") {
    CHECK(!is_topic_name(std::string_view("a\0b", 3)));
}

TEST_CASE("[MQTT-4.7.3-3] 3.1.1 [MQTT-4.7.3-3] a topic name has at most 65,535 octets") {
    CHECK(is_topic_name(std::string(65'535, 'a')));
    CHECK(!is_topic_name(std::string(65'536, 'a')));
}

TEST_CASE("what a topic name must not have is found at every place of names of every length") {
    for (std::size_t size = 1; size < 40; ++size) {
        const std::string name(size, '~');
        REQUIRE(is_topic_name(name));
        for (std::size_t at = 0; at < size; ++at) {
            for (const char forbidden : {'+', '#', '\0'}) {
                std::string other = name;
                other[at] = forbidden;
                REQUIRE(!is_topic_name(other));
            }
            for (const char like_them : {'*', ',', '"', '$', '\1', '\xab', '\xa3', '\x80'}) {
                std::string other = name;
                other[at] = like_them;
                REQUIRE(is_topic_name(other));
            }
        }
    }
}
