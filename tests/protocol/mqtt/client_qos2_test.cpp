// QoS 2 both ways: exactly once over as many connections as it takes (5.0 §4.3.3, §4.4).

#include <doctest/doctest.h>

#include "tests/protocol/mqtt/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

namespace {

constexpr auto qos_2 = QoS::exactly_once;

}  // namespace

TEST_CASE("[MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-4.3.3-4] [MQTT-4.3.3-5] PUBLISH, PUBREC, PUBREL, PUBCOMP") {
    ClientBench bench;
    bench.connect();
    bench.events();
    CHECK(bench.publish("a", "x", qos_2) == PacketId{1});
    CHECK(bench.sent("34 {['a'] 0001 {} 'x'}"));
    bench.receive("50 {0001}");
    CHECK(bench.sent("62 {0001}"));
    CHECK(bench.events().empty());
    CHECK(bench.client.in_flight() == 1);
    bench.receive("70 {0001}");
    const auto published = bench.event<ClientPublished>();
    CHECK(published.packet_id == PacketId{1});
    CHECK(published.reason == ReasonCode::success);
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("3.1.1 [MQTT-4.3.3-1] the same in 3.1 and 3.1.1") {
    for (const auto version : {v31, v311}) {
        ClientBench bench(settings_of(version));
        bench.connect();
        bench.publish("a", "x", qos_2);
        CHECK(bench.sent("34 {['a'] 0001 'x'}"));
        bench.receive("50 {0001}");
        CHECK(bench.sent("62 {0001}"));
        bench.receive("70 {0001}");
        CHECK(bench.client.in_flight() == 0);
    }
}

TEST_CASE("the reason of PUBREC is what became of the message; PUBCOMP cannot take it back") {
    ClientBench bench;
    bench.connect();
    bench.publish("a", "x", qos_2);
    bench.events();
    bench.receive("50 {0001 10}");
    bench.receive("70 {0001 92}");
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::no_matching_subscribers);
}

TEST_CASE("[MQTT-4.4.0-2] a PUBREC with a failure ends the message: no PUBREL, no retransmission") {
    ClientBench bench(lasting());
    bench.connect();
    bench.publish("a", "x", qos_2);
    bench.events();
    bench.sent();
    bench.receive("50 {0001 97}");
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::quota_exceeded);
    CHECK(bench.sent(""));
    bench.connect_again("20 {01 00 {}}");
    CHECK(bench.sent(""));
}

TEST_CASE("a PUBACK to QoS 2 ends the message: that server takes it for QoS 1, and will not say more") {
    ClientSettings owner = lasting(v311);
    owner.completes_itself = false;
    ClientBench bench(owner);
    bench.connect();
    bench.publish("a", "x", qos_2);
    bench.events();
    bench.receive("40 {0001}");
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::success);
    CHECK(bench.client.in_flight() == 0);
    bench.sent();
    bench.connect_again("20 {01 00}");
    CHECK(bench.sent(""));
}

TEST_CASE("[MQTT-4.3.3-3] [MQTT-4.4.0-1] without PUBREC the message comes again, with DUP and its identifier") {
    for (const auto version : {v311, v5}) {
        ClientBench bench(lasting(version));
        bench.connect();
        bench.publish("a", "x", qos_2);
        for (int round = 0; round < 3; ++round) {
            bench.connect_again(version == v5 ? "20 {01 00 {}}" : "20 {01 00}");
            CHECK(bench.sent(version == v5 ? "3c {['a'] 0001 {} 'x'}" : "3c {['a'] 0001 'x'}"));
        }
    }
}

TEST_CASE("[MQTT-4.3.3-6] [MQTT-4.4.0-1] 3.1.1 [MQTT-4.4.0-1] after PUBREC only PUBREL comes again") {
    for (const auto version : {v31, v311, v5}) {
        ClientBench bench(lasting(version));
        bench.connect();
        bench.publish("a", "x", qos_2);
        bench.receive("50 {0001}");
        for (int round = 0; round < 3; ++round) {
            bench.connect_again(version == v5 ? "20 {01 00 {}}" : version == v311 ? "20 {01 00}" : "20 {00 00}");
            CHECK(bench.sent("62 {0001}"));
        }
        bench.receive("70 {0001}");
        bench.connect_again(version == v5 ? "20 {01 00 {}}" : version == v311 ? "20 {01 00}" : "20 {00 00}");
        CHECK(bench.sent(""));
    }
}

TEST_CASE("[MQTT-4.6.0-1] [MQTT-4.6.0-4] each state comes again in its order") {
    ClientBench bench(lasting());
    bench.connect();
    for (const auto* payload : {"1", "2", "3", "4"}) bench.publish("a", payload, qos_2);
    bench.publish("a", "5");
    bench.sent();
    bench.receive("50 {0003} 50 {0001}");
    CHECK(bench.sent("62 {0003} 62 {0001}"));
    bench.connect_again("20 {01 00 {}}");
    CHECK(bench.sent("62 {0003} 62 {0001} 3c {['a'] 0002 {} '2'} 3c {['a'] 0004 {} '4'} 3a {['a'] 0005 {} '5'}"));
}

TEST_CASE("[MQTT-3.2.2-5] §4.4: a session that is gone gets as new what had no PUBREC; the rest is over") {
    ClientBench bench(lasting());
    bench.connect();
    for (const auto* payload : {"1", "2", "3"}) bench.publish("a", payload, qos_2);
    bench.receive("50 {0001} 50 {0003 10}");
    bench.events();
    bench.connect_again("20 {00 00 {}}");
    CHECK(bench.sent("34 {['a'] 0002 {} '2'}"));
    const auto events = bench.events();  // disconnected, connected, published, published
    REQUIRE(events.size() == 4);
    CHECK(std::get<ClientPublished>(events[2]).packet_id == PacketId{1});
    CHECK(std::get<ClientPublished>(events[3]).packet_id == PacketId{3});
    CHECK(std::get<ClientPublished>(events[3]).reason == ReasonCode::no_matching_subscribers);
    CHECK(bench.client.in_flight() == 1);
}

TEST_CASE("[MQTT-3.3.4-7] [MQTT-4.9.0-2] a QoS 2 message counts against Receive Maximum until PUBCOMP") {
    ClientBench bench;
    bench.connect("20 {00 00 {21 0002}}");
    CHECK(bench.publish("a", "1", qos_2).has_value());
    CHECK(bench.publish("a", "2").has_value());
    CHECK(!bench.publish("a", "3", qos_2).has_value());
    bench.receive("50 {0001}");
    CHECK(!bench.publish("a", "3", qos_2).has_value());
    SUBCASE("PUBCOMP") { bench.receive("70 {0001}"); }
    SUBCASE("PUBACK") { bench.receive("40 {0002}"); }
    CHECK(bench.publish("a", "3", qos_2).has_value());
    CHECK(!bench.publish("a", "4").has_value());
    bench.receive("50 {0003 80}");  // PUBREC with a failure
    CHECK(bench.publish("a", "4").has_value());
}

TEST_CASE("[MQTT-3.3.4-8] a PUBREL of an earlier connection is not kept back by Receive Maximum") {
    ClientBench bench(lasting());
    bench.connect();
    for (const auto* payload : {"1", "2", "3"}) bench.publish("a", payload, qos_2);
    bench.receive("50 {0001} 50 {0002}");
    bench.connect_again("20 {01 00 {21 0001}}");
    CHECK(bench.sent("62 {0001} 62 {0002}"));
    bench.receive("70 {0001}");
    CHECK(bench.sent(""));
    bench.receive("70 {0002}");
    CHECK(bench.sent("3c {['a'] 0003 {} '3'}"));
}

TEST_CASE("acknowledgements that belong to nothing, or to another QoS, change nothing") {
    ClientBench bench;
    bench.connect();
    bench.publish("a", "1", qos_2);
    bench.publish("a", "2");
    bench.events();
    bench.sent();
    bench.receive("40 {0009} 70 {0001} 70 {0002} 70 {0009} 50 {0009 80}");
    CHECK(bench.sent(""));
    CHECK(bench.events().empty());
    CHECK(bench.client.in_flight() == 2);
    bench.receive("50 {0009} 50 {0002}");  // the server would wait for ever
    CHECK(bench.sent("62 {0009 92} 62 {0002 92}"));
    bench.receive("50 {0001} 50 {0001}");
    CHECK(bench.sent("62 {0001} 62 {0001}"));
    CHECK(bench.client.is_connected());
}

TEST_CASE("a PUBREC on the next connection means nothing before its PUBLISH is sent there") {
    ClientBench bench(lasting());
    bench.connect();
    bench.publish("a", "1", qos_2);
    bench.publish("a", "2", qos_2);
    bench.connect_again("20 {01 00 {21 0001}}");
    bench.sent();
    bench.receive("50 {0002}");
    CHECK(bench.sent(""));
    bench.receive("50 {0001} 70 {0001}");
    CHECK(bench.sent("62 {0001} 3c {['a'] 0002 {} '2'}"));
}

TEST_CASE("[MQTT-3.2.2-11] Maximum QoS 1 takes QoS 1, not 2") {
    ClientBench bench;
    bench.connect("20 {00 00 {24 01}}");
    bench.events();
    CHECK(bench.publish("a", "x").has_value());
    CHECK(bench.events().empty());
    CHECK(bench.publish("a", "x", qos_2).has_value());
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::qos_not_supported);
}

TEST_CASE("[MQTT-4.3.3-8] [MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-4.3.3-12] received, told once, released") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.receive("34 {['a'] 0007 {} 'm'}");
    CHECK(bench.event<ClientMessage>().qos == qos_2);
    CHECK(bench.sent("50 {0007}"));
    bench.receive("3c {['a'] 0007 {} 'm'}");
    CHECK(bench.events().empty());
    CHECK(bench.sent("50 {0007}"));
    bench.receive("62 {0007}");
    CHECK(bench.sent("70 {0007}"));
    bench.receive("3c {['a'] 0007 {} 'n'}");  // new, whatever DUP says
    CHECK(bench.event<ClientMessage>().payload == test::octets_of("'n'"));
    CHECK(bench.sent("50 {0007}"));
}

TEST_CASE("3.1.1 [MQTT-4.3.3-2] received, told once, released, over two connections") {
    ClientBench bench(lasting(v311));
    bench.connect();
    bench.receive("34 {['a'] 0007 'm'}");
    bench.connect_again("20 {01 00}");
    bench.events();
    bench.receive("3c {['a'] 0007 'm'}");
    CHECK(bench.events().empty());
    CHECK(bench.sent("50 {0007}"));
    bench.connect_again("20 {01 00}");
    bench.receive("62 {0007} 62 {0007}");
    CHECK(bench.sent("70 {0007} 70 {0007}"));
}

TEST_CASE("[MQTT-4.3.3-11] a PUBREL for nothing is answered, and 5.0 says so") {
    ClientBench bench;
    bench.connect();
    bench.receive("62 {0007}");
    CHECK(bench.sent("70 {0007 92}"));
}

TEST_CASE("[MQTT-3.2.2-5] with the session go the identifiers received") {
    ClientBench bench(lasting());
    bench.connect();
    bench.receive("34 {['a'] 0007 {} 'm'}");
    bench.connect_again("20 {00 00 {}}");
    bench.events();
    bench.receive("34 {['a'] 0007 {} 'n'}");
    CHECK(bench.event<ClientMessage>().payload == test::octets_of("'n'"));
}

TEST_CASE(
    "the owner acknowledges by PUBREC, in the order of the QoS 2 messages; PUBREL needs no owner [MQTT-4.6.0-3]") {
    ClientBench bench(owner_acknowledges());
    bench.connect();
    bench.receive("34 {['a'] 0005 {}} 32 {['a'] 0006 {}} 34 {['a'] 0007 {}}");
    bench.client.acknowledge(PacketId{7}, ReasonCode::success);
    CHECK(bench.sent(""));
    bench.client.acknowledge(PacketId{6}, ReasonCode::success);  // an order of its own
    CHECK(bench.sent("40 {0006}"));
    bench.client.acknowledge(PacketId{5}, ReasonCode::success);
    CHECK(bench.sent("50 {0005} 50 {0007}"));
    bench.receive("62 {0005}");
    CHECK(bench.sent("70 {0005}"));
}

TEST_CASE("a QoS 2 message that the owner has acknowledged, connection or not, is not told again") {
    ClientBench bench(owner_acknowledges());
    bench.connect();
    bench.receive("34 {['a'] 0005 {}} 34 {['a'] 0006 {}}");
    bench.lose_connection();
    bench.client.acknowledge(PacketId{5}, ReasonCode::success);
    bench.events();
    bench.connect("20 {01 00 {}}");
    bench.events();
    CHECK(bench.sent(""));  // no PUBREC before its PUBLISH
    bench.receive("3c {['a'] 0005 {}}");
    CHECK(bench.events().empty());
    CHECK(bench.sent("50 {0005}"));
    bench.receive("3c {['a'] 0006 {}}");
    const auto again = bench.event<ClientMessage>();  // not acknowledged: told again
    CHECK(again.dup);
    CHECK(again.packet_id == PacketId{6});
    bench.client.acknowledge(PacketId{6}, ReasonCode::success);
    CHECK(bench.sent("50 {0006}"));
}

TEST_CASE("[MQTT-4.3.3-9] the owner's failure frees the identifier in 5.0; 3.1.1 does not know it") {
    ClientBench bench(owner_acknowledges());
    bench.connect();
    bench.receive("34 {['a'] 0005 {}}");
    bench.client.acknowledge(PacketId{5}, ReasonCode::quota_exceeded);
    CHECK(bench.sent("50 {0005 97}"));
    bench.events();
    bench.receive("34 {['a'] 0005 {} 'new'}");
    CHECK(bench.event<ClientMessage>().payload == test::octets_of("'new'"));
    ClientBench old(owner_acknowledges(v311));
    old.connect();
    old.receive("34 {['a'] 0005}");
    old.client.acknowledge(PacketId{5}, ReasonCode::quota_exceeded);
    CHECK(old.sent("50 {0005}"));
    old.events();
    old.receive("3c {['a'] 0005}");
    CHECK(old.events().empty());
    CHECK(old.sent("50 {0005}"));
}

TEST_CASE("[MQTT-3.3.4-9] a received QoS 2 message counts until PUBCOMP, on the connection that brought it") {
    ClientSettings settings = lasting();
    settings.receive_maximum = 2;
    ClientBench bench(settings);
    bench.connect();
    bench.receive("34 {['a'] 0001 {}} 34 {['a'] 0002 {}} 62 {0001} 34 {['a'] 0003 {}}");
    CHECK(bench.client.is_connected());
    bench.connect_again("20 {01 00 {}}");
    bench.receive("34 {['a'] 0004 {}} 34 {['a'] 0005 {}}");
    CHECK(bench.client.is_connected());
    bench.events();
    bench.receive("32 {['a'] 0006 {}}");
    bench.check_ended(Cause::protocol_error, "MQTT-3.3.4-9");
}

namespace {

/// Its owner keeps the exchanges.
ClientSettings kept_by_owner() {
    ClientSettings settings = lasting();
    settings.completes_itself = false;
    settings.last_own_packet_id = 2;
    return settings;
}

}  // namespace

TEST_CASE("PUBREL waits for an owner that keeps the exchanges, and comes again only after that") {
    ClientBench bench(kept_by_owner());
    bench.connect();
    bench.publish("a", "x", qos_2);
    bench.sent();
    bench.events();
    bench.receive("50 {0001}");
    CHECK(bench.event<ClientReceived>().packet_id == PacketId{1});
    bench.receive("50 {0001}");
    CHECK(bench.events().empty());
    bench.connect_again("20 {01 00 {}}");
    CHECK(bench.sent(""));
    bench.receive("70 {0001}");  // for a PUBREL that was never sent
    CHECK(bench.client.in_flight() == 1);
    bench.client.release(PacketId{1}, bench.now);
    bench.client.release(PacketId{1}, bench.now);
    CHECK(bench.sent("62 {0001}"));
    bench.connect_again("20 {01 00 {}}");
    CHECK(bench.sent("62 {0001}"));
    bench.events();
    bench.receive("70 {0001}");
    CHECK(bench.event<ClientPublished>().packet_id == PacketId{1});
}

TEST_CASE("an owner's word for PUBREL that finds no connection holds for the next one") {
    ClientBench bench(kept_by_owner());
    bench.connect();
    bench.publish("a", "x", qos_2);
    bench.receive("50 {0001}");
    bench.lose_connection();
    bench.client.release(PacketId{1}, bench.now);
    bench.connect("20 {01 00 {}}");
    CHECK(bench.sent("62 {0001}"));
}

TEST_CASE("[MQTT-2.2.1-3] identifiers of the owner's and of the client's are apart") {
    ClientBench bench(kept_by_owner());
    bench.connect();
    CHECK(bench.client.publish_as(PacketId{3}, "a", {}, false, false, bench.now));
    CHECK(!bench.client.publish_as(PacketId{3}, "a", {}, false, false, bench.now));
    CHECK(bench.sent("34 {['a'] 0003 {}}"));
    CHECK(bench.publish("b", "") == PacketId{1});
    CHECK(bench.publish("b", "") == PacketId{2});
    CHECK(!bench.publish("b", ""));
}

TEST_CASE("[MQTT-4.3.3-3] [MQTT-4.4.0-1] exchanges of an earlier client go on: PUBLISH with DUP, and PUBREL") {
    ClientBench bench(kept_by_owner());
    bench.connect("20 {01 00 {}}");
    CHECK(bench.client.publish_as(PacketId{7}, "a", {}, true, true, bench.now));
    CHECK(bench.sent("3d {['a'] 0007 {}}"));
    bench.client.release(PacketId{8}, bench.now);
    CHECK(bench.sent("62 {0008}"));
    bench.events();
    bench.receive("70 {0008 92}");  // it was over already
    CHECK(bench.event<ClientPublished>().reason == ReasonCode::success);
}

TEST_CASE("PUBCOMP waits for an owner that keeps the exchanges, and for a PUBREL on its connection") {
    ClientBench bench(kept_by_owner());
    bench.connect();
    bench.receive("34 {['a'] 0005 {}}");
    bench.events();
    bench.receive("62 {0005}");
    bench.receive("62 {0005}");
    CHECK(bench.event<ClientReleased>().packet_id == PacketId{5});
    bench.sent();
    bench.client.complete(PacketId{5}, bench.now);
    bench.client.complete(PacketId{5}, bench.now);
    CHECK(bench.sent("70 {0005}"));
    bench.receive("62 {0005}");
    bench.connect_again("20 {01 00 {}}");
    bench.client.complete(PacketId{5}, bench.now);
    CHECK(bench.sent(""));
}
