#include <doctest/doctest.h>

#include "protocol/mqtt/reason_codes.hpp"
#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("SUBSCRIBE of 5.0: filters with every option, in order") {
    const Wire wire("82 {1234 {0b 8001} ['a/+'] 2e ['$share/g/#'] 19}", v5);
    const auto& subscribe = wire.as<Subscribe>();
    CHECK(subscribe.packet_id == PacketId{0x1234});
    CHECK(subscribe.properties.number(PropertyId::subscription_identifier) == 128);
    SubscriptionRequests requests = subscribe.requests;
    const auto first = requests.next();
    REQUIRE(first.has_value());
    CHECK(first->filter == "a/+");
    CHECK(first->options == SubscriptionOptions{QoS::exactly_once, true, true, RetainHandling::do_not_send});
    const auto second = requests.next();
    REQUIRE(second.has_value());
    CHECK(second->filter == "$share/g/#");
    CHECK(second->options == SubscriptionOptions{QoS::at_least_once, false, true, RetainHandling::send_if_new});
    CHECK(!requests.next().has_value());
    CHECK(!requests.next().has_value());
    CHECK(writes(subscribe, v5, "82 {1234 {0b 8001} ['a/+'] 2e ['$share/g/#'] 19}"));
}

TEST_CASE("SUBSCRIBE of 3.1.1 has the QoS alone") {
    const Wire wire("82 {0001 ['a'] 02 ['b'] 00}", v311);
    SubscriptionRequests requests = wire.as<Subscribe>().requests;
    CHECK(requests.next()->options == SubscriptionOptions{.qos = QoS::exactly_once});
    CHECK(requests.next()->filter == "b");
    CHECK(writes(wire.as<Subscribe>(), v311, "82 {0001 ['a'] 02 ['b'] 00}"));
}

TEST_CASE("a builder writes what is read") {
    SubscriptionRequestBuilder subscribe;
    subscribe.add("a/+", {QoS::exactly_once, true, true, RetainHandling::do_not_send}).add("b", {});
    const Subscribe packet{.packet_id = PacketId{1}, .requests = subscribe.view(SubscriptionRequests::Kind::subscribe)};
    CHECK(writes(packet, v5, "82 {0001 {} ['a/+'] 2e ['b'] 00}"));
    SubscriptionRequestBuilder unsubscribe;
    unsubscribe.add("a/+").add("b");
    const Unsubscribe other{.packet_id = PacketId{1},
                            .requests = unsubscribe.view(SubscriptionRequests::Kind::unsubscribe)};
    CHECK(writes(other, v311, "a2 {0001 ['a/+'] ['b']}"));
}

TEST_CASE("[MQTT-2.2.1-3] 3.1.1 [MQTT-2.3.1-1] a request has a packet id that is not zero") {
    check_refused("SUBSCRIBE: packet id 0");
    check_refused("SUBSCRIBE: packet id 0, 3.1.1");
    check_refused("UNSUBSCRIBE: packet id 0");
}

TEST_CASE("[MQTT-3.8.3-1] 3.1.1 [MQTT-3.8.3-1] filters are UTF-8") {
    check_refused("SUBSCRIBE: filter not UTF-8");
    check_refused("SUBSCRIBE: filter with U+0000");
    check_refused("SUBSCRIBE: filter not UTF-8, 3.1.1");
    check_refused("SUBSCRIBE: filter beyond the end");
}

TEST_CASE("[MQTT-3.8.3-2] 3.1.1 [MQTT-3.8.3-3] there is at least one filter, each with its options") {
    check_refused("SUBSCRIBE: no filter");
    check_refused("SUBSCRIBE: no filter, 3.1.1");
    check_refused("SUBSCRIBE: no options");
    check_refused("SUBSCRIBE: no options after the second filter, 3.1.1");
}

TEST_CASE("[MQTT-3.8.3-4] no No Local on a shared subscription") {
    check_refused("SUBSCRIBE: No Local on a shared subscription");
    CHECK(accepts("82 {0001 {} ['$share'] 04}", v5));  // not shared: there is no slash
    CHECK(accepts("82 {0001 {} ['$share/g/a'] 00}", v5));
}

TEST_CASE("[MQTT-3.8.3-5] 3.1.1 [MQTT-3.8.3-4] every octet of subscription options") {
    for (unsigned octet = 0; octet < 256; ++octet) {
        auto octets = test::octets_of("82 {0001 {} ['a'] 00}");
        octets.back() = static_cast<std::byte>(octet);
        const bool good = (octet & 0xc0U) == 0 && (octet & 3U) != 3 && (octet & 0x30U) != 0x30;
        CAPTURE(octet);
        CHECK(Wire(octets, v5).accepted() == good);
        octets = test::octets_of("82 {0001 ['a'] 00}");
        octets.back() = static_cast<std::byte>(octet);
        CHECK(Wire(octets, v311).accepted() == (octet <= 2));
    }
    check_refused("SUBSCRIBE: reserved option");
    check_refused("SUBSCRIBE: reserved option of the second filter");
    check_refused("SUBSCRIBE: QoS 3");
    check_refused("SUBSCRIBE: Retain Handling 3");
    check_refused("SUBSCRIBE: QoS 3, 3.1.1");
    check_refused("SUBSCRIBE: option of 5.0, 3.1.1");
}

TEST_CASE("§3.8.2.1.2: at most one Subscription Identifier, from 1 on") {
    check_refused("SUBSCRIBE: Subscription Identifier 0");
    check_refused("SUBSCRIBE: Subscription Identifier twice");
}

TEST_CASE("SUBACK: reasons in the order of the filters") {
    const Wire wire("90 {0001 {1f ['no']} 01 00 87}", v5);
    CHECK(wire.as<SubAck>().reasons.size() == 3);
    CHECK(wire.as<SubAck>().reasons[2] == std::byte{0x87});
    CHECK(writes(wire.as<SubAck>(), v5, "90 {0001 {1f ['no']} 01 00 87}"));
    const Wire old("90 {0001 02 80}", v311);
    CHECK(writes(old.as<SubAck>(), v311, "90 {0001 02 80}"));
}

TEST_CASE("[MQTT-2.2.1-6] 3.1.1 [MQTT-2.3.1-7] the answer has the packet id of a request, so never zero") {
    check_refused("SUBACK: packet id 0");
    check_refused("SUBACK: packet id 0, 3.1.1");
    check_refused("UNSUBACK: packet id 0");
}

TEST_CASE("[MQTT-3.9.3-2] 3.1.1 [MQTT-3.9.3-2] the reasons of SUBACK are those of its table") {
    check_refused("SUBACK: no reason");
    check_refused("SUBACK: unlisted reason");
    check_refused("SUBACK: unlisted return code, 3.1.1");
    for (unsigned octet = 0; octet < 256; ++octet) {
        auto octets = test::octets_of("90 {0001 {} 00}");
        octets.back() = static_cast<std::byte>(octet);
        CAPTURE(octet);
        CHECK(Wire(octets, v5).accepted() == may_stand_in(static_cast<ReasonCode>(octet), PacketType::suback));
        octets = test::octets_of("90 {0001 00}");
        octets.back() = static_cast<std::byte>(octet);
        CHECK(Wire(octets, v311).accepted() == (octet <= 2 || octet == 0x80));
    }
}

TEST_CASE("UNSUBSCRIBE: filters in order, without options") {
    const Wire wire("a2 {0001 {26 ['n'] ['v']} ['a/+'] ['#']}", v5);
    SubscriptionRequests requests = wire.as<Unsubscribe>().requests;
    CHECK(requests.next()->filter == "a/+");
    CHECK(requests.next()->filter == "#");
    CHECK(!requests.next().has_value());
    CHECK(writes(wire.as<Unsubscribe>(), v5, "a2 {0001 {26 ['n'] ['v']} ['a/+'] ['#']}"));
}

TEST_CASE("[MQTT-3.10.3-1] 3.1.1 [MQTT-3.10.3-1] filters of UNSUBSCRIBE are UTF-8, back to back") {
    check_refused("UNSUBSCRIBE: filter not UTF-8");
    check_refused("UNSUBSCRIBE: filter not UTF-8, 3.1.1");
    check_refused("UNSUBSCRIBE: filter beyond the end, 3.1.1");
}

TEST_CASE("[MQTT-3.10.3-2] 3.1.1 [MQTT-3.10.3-2] there is at least one filter to unsubscribe from") {
    check_refused("UNSUBSCRIBE: no filter");
    check_refused("UNSUBSCRIBE: no filter, 3.1.1");
}

TEST_CASE("UNSUBACK has reasons in 5.0 alone") {
    const Wire wire("b0 {0001 {} 00 11}", v5);
    CHECK(wire.as<UnsubAck>().reasons.size() == 2);
    CHECK(writes(wire.as<UnsubAck>(), v5, "b0 {0001 {} 00 11}"));
    CHECK(writes(wire.as<UnsubAck>(), v311, "b0 {0001}"));
    CHECK(accepts("b0 {0001}", v311));
    check_refused("UNSUBACK: reason, 3.1.1");
}

TEST_CASE("[MQTT-3.11.3-2] the reasons of UNSUBACK are those of its table") {
    check_refused("UNSUBACK: no reason");
    check_refused("UNSUBACK: unlisted reason");
}
