// Topic names and filters as the broker takes them, in 3.1.1 and 5.0 alike.

#include <array>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

using namespace std::string_view_literals;

ReasonCode answer_to_filter(Driver& driver, ConnectionId id, std::string_view filter) {
    driver.subscribe(id, filter, QoS::at_most_once);
    const std::vector<Got> got = driver.take(id, PacketType::suback);
    REQUIRE(got.size() == 1);
    return got[0].reasons.at(0);
}

/// Whether a message for this topic reaches a subscription to this filter.
bool reaches(ProtocolVersion version, std::string_view topic, std::string_view filter) {
    Driver driver;
    const ConnectionId id = driver.connect("reader", version);
    CHECK_FALSE(is_failure(answer_to_filter(driver, id, filter)));
    driver.publish(driver.connect("p", version), topic, "1");
    const std::vector<Got> got = driver.take(id, PacketType::publish);
    if (!got.empty()) CHECK(got[0].topic == topic);
    return !got.empty();
}

}  // namespace

TEST_CASE(
    "[MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] [MQTT-4.8.2-1] [MQTT-4.8.2-2] 3.1.1 [MQTT-4.7.1-2] "
    "3.1.1 [MQTT-4.7.1-3] 3.1.1 [MQTT-4.7.3-1] a filter that is none is refused by SUBACK, and its connection goes "
    "on") {
    constexpr std::array malformed = {
        ""sv,
        "#/a"sv,
        "a/#/b"sv,
        "a#"sv,
        "a/b#"sv,
        "##"sv,
        "a+"sv,
        "+a"sv,
        "a/b+/c"sv,
        "++"sv,
        "+#"sv,
        "a/+#"sv,
        "$share/"sv,
        "$share/g"sv,
        "$share/g/"sv,
        "$share//a"sv,
        "$share/+/a"sv,
        "$share/#/a"sv,
        "$share/g+/a"sv,
        "$share/g/a#"sv,
        "$share/g/#/a"sv,
    };
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("c", version);
        const bool is_v5 = version == ProtocolVersion::v5;
        for (const std::string_view filter : malformed) {
            CAPTURE(std::string(filter));
            CHECK(answer_to_filter(driver, id, filter) ==
                  (is_v5 ? ReasonCode::topic_filter_invalid : ReasonCode::unspecified_error));
        }
        CHECK_FALSE(driver.closed(id));
        for (const std::string_view filter : {"#", "+", "/", "//", "+/+/#", "/+", "a/+/b", "$share/g/#", "$share", "$"})
            CHECK(answer_to_filter(driver, id, filter) == ReasonCode::success);
    }
}

TEST_CASE("3.1.1 [MQTT-3.8.3-2] wildcards are supported, so that no filter is rejected for having one") {
    CHECK(reaches(ProtocolVersion::v3_1_1, "a/b", "#"));
    CHECK(reaches(ProtocolVersion::v3_1_1, "a/b", "+/+"));
    CHECK(reaches(ProtocolVersion::v3_1_1, "a/b", "a/b/#"));
    CHECK_FALSE(reaches(ProtocolVersion::v3_1_1, "a/b", "+"));
    Driver driver;
    CHECK_FALSE(
        driver.take(driver.connect("c")).at(0).properties().number(mqtt::PropertyId::wildcard_subscription_available));
}

TEST_CASE("[MQTT-4.7.0-1] 3.1.1 [MQTT-4.7.1-1] wildcards in a topic name end the connection, wherever they stand") {
    for (const ProtocolVersion version : both_versions) {
        for (const std::string_view topic : {"#", "+", "a/#", "+/a", "a+b", "a#"}) {
            CAPTURE(std::string(topic));
            Driver driver;
            const ConnectionId id = driver.connect("c", version);
            driver.take(id);
            std::string octets("\x30", 1);
            octets += static_cast<char>(2 + topic.size() + (version == ProtocolVersion::v5 ? 1 : 0));
            octets += '\0';
            octets += static_cast<char>(topic.size());
            octets += topic;
            if (version == ProtocolVersion::v5) octets += '\0';
            driver.send_bytes(id, as_byte_view(octets));
            CHECK(driver.closed(id) == CloseCause::protocol_error);
            const std::vector<Got> got = driver.take(id);
            if (version == ProtocolVersion::v5) CHECK(got.at(0).reason == ReasonCode::topic_name_invalid);
            else CHECK(got.empty());
        }
    }
}

TEST_CASE("[MQTT-4.7.2-1] 3.1.1 [MQTT-4.7.2-1] wildcards at the front do not reach topics that begin with $") {
    for (const ProtocolVersion version : both_versions) {
        for (const std::string_view filter : {"#", "+/a", "+/#"}) CHECK_FALSE(reaches(version, "$own/a", filter));
        for (const std::string_view filter : {"$own/a", "$own/#", "$own/+"}) CHECK(reaches(version, "$own/a", filter));
        CHECK(reaches(version, "a/$own", "+/+"));
    }
}

TEST_CASE(
    "[MQTT-4.7.3-4] [MQTT-1.5.4-3] 3.1.1 [MQTT-4.7.3-4] 3.1.1 [MQTT-1.5.3-3] names are compared octet by octet: no "
    "case, "
    "slash, blank, accent or U+FEFF is changed or left out") {
    constexpr std::array different = {"a/b"sv,       "A/b"sv,      "/a/b"sv,        "a/b/"sv,      "a//b"sv,
                                      " a/b"sv,      "a /b"sv,     "a/\u00e9"sv,    "a/e\u0301"sv, "\ufeffa/b"sv,
                                      "a/b\ufeff"sv, "a/\uff42"sv, "a/\U0001f600"sv};
    for (const ProtocolVersion version : both_versions) {
        for (const std::string_view topic : different) {
            for (const std::string_view filter : different) CHECK(reaches(version, topic, filter) == (topic == filter));
        }
        Driver driver;
        driver.cut(driver.connect_persistent("\ufeffc", version));
        CHECK_FALSE(driver.take(driver.connect_persistent("c", version)).at(0).session_present);
        CHECK(driver.take(driver.connect_persistent("\ufeffc", version)).at(0).session_present);
    }
}

TEST_CASE("[MQTT-4.7.3-3] 3.1.1 [MQTT-4.7.3-3] a topic of 65,535 octets is a topic") {
    const std::string longest(65'535, 't');
    for (const ProtocolVersion version : both_versions) {
        CHECK(reaches(version, longest, longest));
        CHECK(reaches(version, longest, "+"));
        CHECK_FALSE(reaches(version, longest, std::string_view(longest).substr(1)));
    }
}
