#include <doctest/doctest.h>

#include "tests/protocol/mqtt/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("[MQTT-4.3.2-4] [MQTT-3.3.4-1] [MQTT-4.5.0-2] messages are told, and acknowledged at QoS 1") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.receive("3b {['a/b'] 0007 {26 ['n'] ['v']} 'payload'}");
    const auto message = bench.event<ClientMessage>();
    CHECK(message.topic == "a/b");
    CHECK(message.payload == test::octets_of("'payload'"));
    CHECK(message.qos == QoS::at_least_once);
    CHECK(message.dup);
    CHECK(message.retain);
    CHECK(message.packet_id == PacketId{7});
    CHECK(message.properties == test::octets_of("26 ['n'] ['v']"));
    CHECK(bench.sent("40 {0007}"));
    bench.receive("30 {['a/b'] {}}");
    CHECK(bench.event<ClientMessage>().qos == QoS::at_most_once);
    CHECK(bench.sent(""));
}

TEST_CASE("3.1.1 [MQTT-4.3.2-2] 3.1.1 [MQTT-3.3.4-1] 3.1.1 [MQTT-4.5.0-2] messages are acknowledged at QoS 1") {
    ClientBench bench(settings_of(v311));
    bench.connect();
    bench.events();
    bench.receive("32 {['a/b'] 0007 'payload'}");
    CHECK(bench.event<ClientMessage>().packet_id == PacketId{7});
    CHECK(bench.sent("40 {0007}"));
    bench.receive("30 {['a/b']}");
    CHECK(bench.event<ClientMessage>().packet_id == PacketId{});
    CHECK(bench.sent(""));
}

TEST_CASE("[MQTT-4.3.2-5] after its PUBACK the same id is a new message, whatever DUP says") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.receive("32 {['a'] 0007 {} '1'} 3a {['a'] 0007 {} '1'}");
    CHECK(bench.events().size() == 2);
    CHECK(bench.sent("40 {0007} 40 {0007}"));
}

TEST_CASE("the owner may acknowledge itself, with its own reason") {
    ClientBench bench(owner_acknowledges());
    bench.connect();
    bench.receive("32 {['a'] 0007 {}}");
    CHECK(bench.sent(""));
    bench.client.acknowledge(PacketId{7}, ReasonCode::quota_exceeded);
    CHECK(bench.sent("40 {0007 97}"));
    bench.client.acknowledge(PacketId{7}, ReasonCode::success);  // once is enough
    CHECK(bench.sent(""));
}

TEST_CASE("a message that the owner still has is not told again on the same connection") {
    ClientBench bench(owner_acknowledges());
    bench.connect();
    bench.events();
    bench.receive("32 {['a'] 0007 {}} 3a {['a'] 0007 {}}");
    CHECK(bench.events().size() == 1);
    bench.client.acknowledge(PacketId{7}, ReasonCode::success);
    CHECK(bench.sent("40 {0007}"));
}

TEST_CASE("[MQTT-4.6.0-2] 3.1.1 [MQTT-4.6.0-2] PUBACKs leave in the order of the messages") {
    ClientBench bench(owner_acknowledges());
    bench.connect();
    bench.receive("32 {['a'] 0005 {}} 32 {['a'] 0006 {}} 32 {['a'] 0007 {}}");
    bench.client.acknowledge(PacketId{6}, ReasonCode::success);
    CHECK(bench.sent(""));
    bench.client.acknowledge(PacketId{5}, ReasonCode::success);
    CHECK(bench.sent("40 {0005} 40 {0006}"));
    bench.client.acknowledge(PacketId{7}, ReasonCode::success);
    CHECK(bench.sent("40 {0007}"));
}

TEST_CASE("what was not acknowledged is forgotten with its connection") {
    ClientBench bench(owner_acknowledges());
    bench.connect();
    bench.receive("32 {['a'] 0005 {}}");
    bench.lose_connection();
    bench.connect();
    bench.client.acknowledge(PacketId{5}, ReasonCode::success);
    CHECK(bench.sent(""));
    bench.receive("3a {['a'] 0005 {}}");
    bench.client.acknowledge(PacketId{5}, ReasonCode::success);
    CHECK(bench.sent("40 {0005}"));
}

TEST_CASE("[MQTT-3.3.4-9] a server that sends above our Receive Maximum is refused") {
    ClientSettings settings = owner_acknowledges();
    settings.receive_maximum = 2;
    ClientBench bench(settings);
    bench.connect();
    bench.receive("32 {['a'] 0005 {}} 32 {['a'] 0006 {}} 3a {['a'] 0006 {}} 30 {['a'] {}}");
    CHECK(bench.client.is_connected());
    bench.events();
    bench.receive("32 {['a'] 0007 {}}");
    bench.check_ended(Cause::protocol_error, "MQTT-3.3.4-9");
    CHECK(bench.sent("e0 {93}"));
}

TEST_CASE(
    "a server that sends above our Receive Maximum is let to where the owner has room, and is answered in order") {
    ClientSettings settings = owner_acknowledges();
    settings.receive_maximum = 1;
    settings.keeps_server_to_receive_maximum = false;
    ClientBench bench(settings);
    bench.connect();
    bench.receive("32 {['a'] 0005 {}} 32 {['a'] 0006 {}}");
    CHECK(bench.client.is_connected());
    bench.client.acknowledge(PacketId{6}, ReasonCode::success);
    bench.client.acknowledge(PacketId{5}, ReasonCode::success);
    CHECK(bench.sent("40 {0005} 40 {0006}"));
}

TEST_CASE("[MQTT-3.1.2-26] [MQTT-3.1.2-27] [MQTT-3.3.2-11] topic aliases, of which we take none, are refused") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.receive("30 {['a'] {23 0001}}");
    bench.check_ended(Cause::protocol_error, "MQTT-3.1.2-27");
    CHECK(bench.sent("e0 {94}"));
}
