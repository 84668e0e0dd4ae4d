#include <doctest/doctest.h>

#include "tests/protocol/mqtt/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("[MQTT-4.3.1-1] [MQTT-2.2.1-2] QoS 0 leaves once, without a packet id") {
    ClientBench bench;
    CHECK(!bench.publish("a", "x", QoS::at_most_once).has_value());  // nobody there
    bench.connect();
    CHECK(bench.publish("a", "x", QoS::at_most_once, true) == PacketId{});
    CHECK(bench.sent("31 {['a'] {} 'x'}"));
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("[MQTT-4.3.2-1] [MQTT-4.3.2-2] [MQTT-4.3.2-3] QoS 1 is in flight under an unused id until its PUBACK") {
    ClientBench bench;
    bench.connect();
    bench.events();
    CHECK(bench.publish("a", "x") == PacketId{1});
    CHECK(bench.publish("a", "y", QoS::at_least_once, true) == PacketId{2});
    CHECK(bench.sent("32 {['a'] 0001 {} 'x'} 33 {['a'] 0002 {} 'y'}"));
    CHECK(bench.client.in_flight() == 2);
    bench.receive("40 {0002 10}");
    const auto second = bench.event<ClientPublished>();
    CHECK(second.packet_id == PacketId{2});
    CHECK(second.reason == ReasonCode::no_matching_subscribers);
    bench.receive("40 {0001}");
    CHECK(bench.event<ClientPublished>().packet_id == PacketId{1});
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("3.1.1 [MQTT-4.3.2-1] QoS 1 is in flight under an unused id until its PUBACK") {
    ClientBench bench(settings_of(v311));
    bench.connect();
    CHECK(bench.publish("a", "x") == PacketId{1});
    CHECK(bench.sent("32 {['a'] 0001 'x'}"));
    CHECK(bench.client.in_flight() == 1);
    bench.receive("40 {0001}");
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("[MQTT-4.4.0-2] a PUBACK with a failure ends the message too") {
    ClientBench bench(lasting());
    bench.connect();
    bench.publish("a", "x");
    bench.events();
    bench.receive("40 {0001 97}");
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::quota_exceeded);
    bench.lose_connection();
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("20 {01 00 {}}");
    CHECK(bench.sent(""));
}

TEST_CASE("[MQTT-4.4.0-2] a failure that 5.0 does not list for PUBACK or PUBREC ends the message, not the connection") {
    ClientBench bench(lasting());
    bench.connect();
    bench.publish("a", "x");
    bench.publish("a", "y", QoS::exactly_once);
    bench.events();
    bench.receive("40 {0001 95}");  // Mosquitto 2.0.11, above message_size_limit
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::packet_too_large);
    bench.receive("50 {0002 95 {}}");
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::packet_too_large);
    CHECK(bench.client.is_connected());
    CHECK(bench.client.in_flight() == 0);
    bench.receive("40 {0003 04}");  // no failure, and nothing that could be meant by it
    bench.check_ended(Cause::protocol_error, "MQTT-3.4.2-1");
}

TEST_CASE("a PUBACK for nothing changes nothing") {
    ClientBench bench;
    bench.connect();
    bench.publish("a", "x");
    bench.events();
    bench.receive("40 {0009}");
    CHECK(bench.events().empty());
    CHECK(bench.client.in_flight() == 1);
    CHECK(bench.client.is_connected());
}

TEST_CASE("[MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1] unacknowledged messages come again with DUP") {
    ClientBench bench(lasting());
    bench.connect();
    for (const auto* payload : {"1", "2", "3"}) bench.publish("a", payload);
    bench.receive("40 {0002}");
    bench.lose_connection();
    CHECK(bench.publish("a", "4") == PacketId{4});  // while there is no connection
    CHECK(bench.sent(""));
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("20 {01 00 {}}");
    CHECK(bench.sent("3a {['a'] 0001 {} '1'} 3a {['a'] 0003 {} '3'} 32 {['a'] 0004 {} '4'}"));
    CHECK(bench.publish("a", "5") == PacketId{5});
    CHECK(bench.sent("32 {['a'] 0005 {} '5'}"));
}

TEST_CASE("3.1.1 [MQTT-4.4.0-1] 3.1.1 [MQTT-4.6.0-1] 3.1.1 [MQTT-3.3.1-1] the same in 3.1.1, again and again") {
    ClientBench bench(lasting(v311));
    bench.connect();
    bench.publish("a", "1");
    bench.publish("a", "2");
    for (int round = 0; round < 3; ++round) {
        bench.lose_connection();
        bench.client.transport_opened(bench.now);
        bench.sent();
        bench.receive("20 {01 00}");
        CHECK(bench.sent("3a {['a'] 0001 '1'} 3a {['a'] 0002 '2'}"));
    }
}

TEST_CASE("[MQTT-3.2.2-5] §4.4: a session that is gone gets it as new messages") {
    ClientBench bench(lasting());
    bench.connect();
    bench.publish("a", "1");
    bench.publish("a", "2");
    bench.lose_connection();
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("20 {00 00 {}}");
    CHECK(bench.sent("32 {['a'] 0001 {} '1'} 32 {['a'] 0002 {} '2'}"));
}

TEST_CASE("3.1 cannot tell whether the session is there, so that DUP is the safe word") {
    ClientBench bench(lasting(v31));
    bench.connect();
    bench.publish("a", "1");
    bench.lose_connection();
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("20 {00 00}");
    CHECK(bench.sent("3a {['a'] 0001 '1'}"));
}

TEST_CASE("before the first CONNACK nothing is taken: there may be no session to keep it") {
    ClientBench bench;
    CHECK(!bench.publish("a", "x").has_value());
    bench.client.transport_opened(bench.now);
    CHECK(!bench.publish("a", "x").has_value());
    bench.receive("20 {00 00 {}}");
    CHECK(bench.publish("a", "x").has_value());
}

TEST_CASE("[MQTT-3.3.4-7] [MQTT-4.9.0-1] [MQTT-4.9.0-2] no more in flight than the server's Receive Maximum") {
    ClientBench bench;
    bench.connect("20 {00 00 {21 0002}}");
    CHECK(bench.publish("a", "1").has_value());
    CHECK(bench.publish("a", "2").has_value());
    CHECK(!bench.publish("a", "3").has_value());
    bench.receive("40 {0001}");
    CHECK(bench.publish("a", "3").has_value());
    CHECK(!bench.publish("a", "4").has_value());
}

TEST_CASE("[MQTT-3.3.4-8] [MQTT-4.9.0-3] at Receive Maximum everything else goes on") {
    ClientBench bench;
    bench.connect("20 {00 00 {21 0001}}");
    bench.publish("a", "1");
    bench.sent();
    CHECK(bench.publish("a", "q", QoS::at_most_once).has_value());
    CHECK(bench.client.subscribe("b", QoS::at_least_once, bench.now).has_value());
    bench.receive("32 {['b'] 0009 {} 'm'}");
    CHECK(bench.sent("30 {['a'] {} 'q'} 82 {0002 {} ['b'] 01} 40 {0009}"));
}

TEST_CASE("[MQTT-3.3.4-7] what has gathered waits for the Receive Maximum of the next connection") {
    ClientBench bench(lasting());
    bench.connect();
    for (const auto* payload : {"1", "2", "3"}) bench.publish("a", payload);
    bench.lose_connection();
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("20 {01 00 {21 0001}}");
    CHECK(bench.sent("3a {['a'] 0001 {} '1'}"));
    bench.receive("40 {0002}");  // not sent on this connection: of no effect
    CHECK(bench.sent(""));
    bench.receive("40 {0001}");
    CHECK(bench.sent("3a {['a'] 0002 {} '2'}"));
    bench.receive("40 {0002}");
    CHECK(bench.sent("3a {['a'] 0003 {} '3'}"));
    bench.receive("40 {0003}");
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("our own limit holds with and without a connection") {
    ClientSettings settings = lasting();
    settings.in_flight_limit = 2;
    ClientBench bench(settings);
    bench.connect();
    CHECK(bench.publish("a", "1").has_value());
    bench.lose_connection();
    CHECK(bench.publish("a", "2").has_value());
    CHECK(!bench.publish("a", "3").has_value());
}

TEST_CASE("[MQTT-2.2.1-3] 3.1.1 [MQTT-2.3.1-2] 3.1.1 [MQTT-2.3.1-3] an id in use is not given again, and zero never") {
    ClientBench bench;
    bench.connect();
    REQUIRE(bench.publish("a", "stays") == PacketId{1});
    for (unsigned number = 2; number <= 65'535; ++number) {
        const auto packet_id = bench.publish("a", "");
        REQUIRE(packet_id == PacketId{static_cast<std::uint16_t>(number)});
        OutputBytes ack;
        encode(PubAck{.packet_id = *packet_id}, v5, ack);
        bench.client.received(ack.view(), bench.now);
        bench.sent();
        bench.client.events_taken();
    }
    CHECK(bench.publish("a", "") == PacketId{2});
}

TEST_CASE("[MQTT-3.2.2-11] [MQTT-3.2.2-14] [MQTT-3.2.2-15] what the server does not take is not sent, and told") {
    ClientBench bench;
    bench.connect("20 {00 00 {24 00 25 00 27 00000014}}");
    bench.events();
    const auto refused_as = [&](std::optional<PacketId> packet_id) {
        REQUIRE(packet_id.has_value());
        const auto published = bench.event<ClientPublished>();
        CHECK(published.packet_id == *packet_id);
        return published.reason;
    };
    CHECK(refused_as(bench.publish("a", "x")) == ReasonCode::qos_not_supported);
    CHECK(refused_as(bench.publish("a", "x", QoS::at_least_once, true)) == ReasonCode::retain_not_supported);
    CHECK(!bench.publish("a", "x", QoS::at_most_once, true).has_value());
    CHECK(bench.publish("a", "fourteen octet", QoS::at_most_once).has_value());  // 20 octets in all
    CHECK(!bench.publish("a", "fifteen octets.", QoS::at_most_once).has_value());
    CHECK(!bench.client.subscribe("a/very/long/filter", QoS::at_most_once, bench.now).has_value());
    CHECK(!bench.client.unsubscribe("a/very/long/filter", bench.now).has_value());
    CHECK(bench.client.in_flight() == 0);
    CHECK(bench.sent("30 {['a'] {} 'fourteen octet'}"));
    ClientBench small;
    small.connect("20 {00 00 {27 00000014}}");
    small.events();
    CHECK(small.publish("a", "twelve octet").has_value());
    CHECK(small.events().empty());
    CHECK(small.publish("a", "thirteen oct.").has_value());
    CHECK(small.event<ClientPublished>().reason == ReasonCode::packet_too_large);
}

TEST_CASE("what cannot be published is refused: no topic") {
    ClientBench bench;
    bench.connect();
    CHECK(!bench.publish("", "x").has_value());
    CHECK(!bench.publish("a/+", "x").has_value());
    CHECK(!bench.publish("\xff", "x").has_value());
    CHECK(bench.sent(""));
}

TEST_CASE("[MQTT-2.2.1-3] a hole in the middle of many messages under way costs its identifier nothing") {
    ClientBench bench;
    bench.connect();
    for (unsigned number = 1; number <= 5000; ++number) REQUIRE(bench.publish("a", "").has_value());
    bench.receive("40 {1000}");
    CHECK(bench.client.in_flight() == 4999);
    CHECK(bench.publish("a", "") == PacketId{5001});
}

TEST_CASE("[MQTT-3.3.4-6] properties go with every copy of a message in 5.0, and are left out before") {
    PropertyBuilder properties;
    properties.number(PropertyId::message_expiry_interval, 60);
    for (const auto version : {v311, v5}) {
        ClientBench bench(lasting(version));
        bench.connect();
        const auto publish = [&](QoS qos) {
            return bench.client.publish("a", {}, qos, false, bench.now, properties.view());
        };
        CHECK(publish(QoS::at_most_once).has_value());
        CHECK(publish(QoS::at_least_once).has_value());
        const bool is_v5 = version == v5;
        CHECK(bench.sent(is_v5 ? "30 {['a'] {02 0000003c}} 32 {['a'] 0001 {02 0000003c}}"
                               : "30 {['a']} 32 {['a'] 0001}"));
        bench.connect_again(is_v5 ? "20 {01 00 {}}" : "20 {01 00}");
        CHECK(bench.sent(is_v5 ? "3a {['a'] 0001 {02 0000003c}}" : "3a {['a'] 0001}"));
    }
}

namespace {

ClientSettings with_aliases(std::uint16_t limit) {
    ClientSettings settings = lasting();
    settings.topic_alias_limit = limit;
    return settings;
}

constexpr const char* takes_two_aliases = "20 {00 00 {22 0002}}";

}  // namespace

TEST_CASE("[MQTT-3.3.2-8] [MQTT-3.2.2-17] a topic is named once and has an alias then, as many as the server takes") {
    ClientBench bench(with_aliases(5));
    bench.connect(takes_two_aliases);
    bench.publish("plant/a", "1", QoS::at_most_once);
    bench.publish("plant/b", "2");
    CHECK(bench.sent("30 {['plant/a'] {23 0001} '1'} 32 {['plant/b'] 0001 {23 0002} '2'}"));
    bench.publish("plant/a", "3");
    bench.publish("plant/b", "4", QoS::at_most_once);
    bench.publish("plant/c", "5", QoS::at_most_once);
    CHECK(bench.sent("32 {[''] 0002 {23 0001} '3'} 30 {[''] {23 0002} '4'} 30 {['plant/c'] {} '5'}"));
}

TEST_CASE(
    "[MQTT-3.2.2-18] a topic alias is used only where both sides want it, and where it is shorter than the topic") {
    SUBCASE("the server takes none") {
        ClientBench bench(with_aliases(5));
        bench.connect();
        for (int n = 0; n < 2; ++n) bench.publish("plant/a", "1", QoS::at_most_once);
        CHECK(bench.sent("30 {['plant/a'] {} '1'} 30 {['plant/a'] {} '1'}"));
    }
    SUBCASE("the owner wants none") {
        ClientBench bench(lasting());
        bench.connect(takes_two_aliases);
        for (int n = 0; n < 2; ++n) bench.publish("plant/a", "1", QoS::at_most_once);
        CHECK(bench.sent("30 {['plant/a'] {} '1'} 30 {['plant/a'] {} '1'}"));
    }
    SUBCASE("the owner wants fewer") {
        ClientBench bench(with_aliases(1));
        bench.connect(takes_two_aliases);
        for (const auto* topic : {"plant/a", "plant/b", "plant/b"}) bench.publish(topic, "1", QoS::at_most_once);
        CHECK(bench.sent("30 {['plant/a'] {23 0001} '1'} 30 {['plant/b'] {} '1'} 30 {['plant/b'] {} '1'}"));
    }
    SUBCASE("three octets are no more than an alias, four are") {
        ClientBench bench(with_aliases(5));
        bench.connect(takes_two_aliases);
        for (const auto* topic : {"abc", "abc", "abcd", "abcd"}) bench.publish(topic, "1", QoS::at_most_once);
        CHECK(
            bench.sent("30 {['abc'] {} '1'} 30 {['abc'] {} '1'} 30 {['abcd'] {23 0001} '1'} 30 {[''] {23 0001} '1'}"));
    }
    SUBCASE("in 3.1.1 there are none") {
        ClientSettings settings = lasting(v311);
        settings.topic_alias_limit = 5;
        ClientBench bench(settings);
        bench.connect();
        for (int n = 0; n < 2; ++n) bench.publish("plant/a", "1", QoS::at_most_once);
        CHECK(bench.sent("30 {['plant/a'] '1'} 30 {['plant/a'] '1'}"));
    }
}

TEST_CASE("[MQTT-3.3.2-7] the next connection knows no alias, and names again what it repeats") {
    ClientBench bench(with_aliases(5));
    bench.connect(takes_two_aliases);
    bench.publish("plant/a", "1");
    bench.publish("plant/a", "2");
    CHECK(bench.sent("32 {['plant/a'] 0001 {23 0001} '1'} 32 {[''] 0002 {23 0001} '2'}"));
    bench.connect_again("20 {01 00 {22 0002}}");
    CHECK(bench.sent("3a {['plant/a'] 0001 {23 0001} '1'} 3a {[''] 0002 {23 0001} '2'}"));
    bench.connect_again("20 {01 00 {}}");
    CHECK(bench.sent("3a {['plant/a'] 0001 {} '1'} 3a {['plant/a'] 0002 {} '2'}"));
}

TEST_CASE("[MQTT-3.2.2-15] no alias makes a packet larger than the server takes") {
    ClientBench bench(with_aliases(5));
    bench.connect("20 {00 00 {22 0002 27 00000012}}");  // 18 octets
    for (const auto* payload : {"12", "1", "123456"}) bench.publish("plant/a", payload, QoS::at_most_once);
    CHECK(bench.sent("30 {['plant/a'] {} '12'} 30 {['plant/a'] {23 0001} '1'} 30 {[''] {23 0001} '123456'}"));
}

TEST_CASE("a topic alias stands beside the properties that a message has") {
    ClientBench bench(with_aliases(5));
    bench.connect(takes_two_aliases);
    PropertyBuilder properties;
    properties.number(PropertyId::message_expiry_interval, 60);
    for (int n = 0; n < 2; ++n)
        bench.client.publish("plant/a", as_byte_view("1"), QoS::at_most_once, false, bench.now, properties.view());
    CHECK(bench.sent("30 {['plant/a'] {23 0001 02 0000003c} '1'} 30 {[''] {23 0001 02 0000003c} '1'}"));
}
