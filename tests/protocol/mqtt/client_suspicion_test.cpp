// A message that the server hangs up on: what stands behind it is not to wait for ever.

#include <string>

#include "tests/protocol/mqtt/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

namespace {

constexpr const char* resumed = "20 {01 00 {}}";

/// As of an owner whose message is waited for.
ClientSettings impatient() {
    ClientSettings settings = lasting();
    settings.suspicion = {.hang_ups = 2};
    return settings;
}

/// As of an owner who has promised that messages arrive.
ClientSettings patient() {
    ClientSettings settings = lasting();
    settings.keep_alive = 0s;
    settings.suspicion = {.hang_ups = 3, .pause_seconds = 60};
    return settings;
}

/// Three messages on the way; the server hangs up on the second one.
void publish_three(ClientBench& bench) {
    bench.connect();
    for (const auto* payload : {"1", "bad", "3"}) bench.publish("a", payload);
    bench.sent();
}

}  // namespace

TEST_CASE("two ends of connections are no reason to suspect a message") {
    ClientBench bench(impatient());
    publish_three(bench);
    for (int end = 0; end < 2; ++end) {
        bench.connect_again(resumed);
        CHECK(bench.client.in_flight() == 3);
    }
    bench.receive("40 {0001} 40 {0002} 40 {0003}");
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("after two ends what is left over leaves one by one, until the one is found that the server hangs up on") {
    ClientBench bench(impatient());
    publish_three(bench);
    bench.connect_again(resumed);
    CHECK(bench.sent("3a {['a'] 0001 {} '1'} 3a {['a'] 0002 {} 'bad'} 3a {['a'] 0003 {} '3'}"));
    bench.connect_again(resumed);
    CHECK(bench.sent("3a {['a'] 0001 {} '1'}"));
    bench.receive("40 {0001}");
    CHECK(bench.sent("3a {['a'] 0002 {} 'bad'}"));
    bench.connect_again(resumed);                 // alone on the way, the first time
    CHECK(bench.sent("3a {['a'] 0003 {} '3'}"));  // the others first
    bench.receive("40 {0003}");
    CHECK(bench.sent("3a {['a'] 0002 {} 'bad'}"));
    bench.publish("a", "4");
    CHECK(bench.sent().empty());  // it has no company
    bench.events();
    bench.lose_connection();
    const auto events = bench.events();
    REQUIRE(events.size() == 2);
    CHECK(std::get<ClientGaveUp>(events[0]).packet_id == PacketId{2});
    CHECK(std::get<ClientGaveUp>(events[0]).topic == "a");
    CHECK(std::holds_alternative<ClientDisconnected>(events[1]));
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive(resumed);
    CHECK(bench.sent("32 {['a'] 0004 {} '4'}"));
    bench.receive("40 {0004}");
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("one that is alone is given up as well, also in 3.1.1 and with a new session each time") {
    ClientSettings settings = settings_of(ProtocolVersion::v3_1_1);
    settings.suspicion = {.hang_ups = 2};
    ClientBench bench(settings);
    bench.connect();
    bench.publish("a", "bad", QoS::exactly_once);
    for (int end = 0; end < 5; ++end) {  // a server that takes nothing at all proves nothing
        bench.connect_again("20 {00 00}");
        CHECK(bench.sent("34 {['a'] 0001 'bad'}"));
    }
    bench.publish("a", "good");
    bench.connect_again("20 {00 00}");
    CHECK(bench.sent("32 {['a'] 0002 'good'}"));
    bench.receive("40 {0002}");
    CHECK(bench.sent("34 {['a'] 0001 'bad'}"));
    bench.events();
    bench.lose_connection();
    CHECK(std::holds_alternative<ClientGaveUp>(bench.events().front()));
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("whoever has promised that messages arrive gives one up only if others pass, and after pauses") {
    ClientBench bench(patient());
    bench.connect();
    bench.publish("a", "bad");
    bench.connect_again(resumed);
    CHECK(bench.sent("3a {['a'] 0001 {} 'bad'}"));
    for (int end = 0; end < 5; ++end) {  // a server that takes nothing at all proves nothing
        bench.connect_again(resumed);
        CHECK(bench.sent().empty());
        bench.pass(60s - 1ms);
        CHECK(bench.sent().empty());
        bench.pass(1ms);
        CHECK(bench.sent("3a {['a'] 0001 {} 'bad'}"));
    }
    bench.connect_again(resumed);
    bench.events();
    bench.publish("a", "good");
    CHECK(bench.sent("32 {['a'] 0002 {} 'good'}"));
    bench.receive("40 {0002}");
    CHECK(bench.event<ClientPublished>().packet_id == PacketId{2});
    bench.pass(60s);
    bench.sent();
    bench.lose_connection();
    CHECK(std::get<ClientGaveUp>(bench.events().front()).packet_id == PacketId{1});
}

TEST_CASE(
    "[MQTT-3.3.4-7] the one that leaves last takes no place of the others, however few the server takes at a time") {
    constexpr const char* one_at_a_time = "20 {01 00 {21 0001}}";
    ClientBench bench(patient());
    bench.connect("20 {00 00 {21 0001}}");
    bench.publish("a", "bad");
    for (int end = 0; end < 2; ++end) bench.connect_again(one_at_a_time);
    CHECK(bench.sent().empty());
    bench.publish("a", "good");
    CHECK(bench.sent("32 {['a'] 0002 {} 'good'}"));
    bench.receive("40 {0002}");
    bench.publish("a", "next");
    CHECK(bench.sent("32 {['a'] 0003 {} 'next'}"));
    bench.pass(60s);
    CHECK(bench.sent().empty());  // one at a time still
    bench.receive("40 {0003}");
    CHECK(bench.sent("3a {['a'] 0001 {} 'bad'}"));
}

TEST_CASE("a server that hangs up on one message after the other takes none: they stay in their order") {
    ClientBench bench(impatient());
    publish_three(bench);
    for (int end = 0; end < 2; ++end) bench.connect_again(resumed);
    for (int end = 0; end < 5; ++end) {
        CHECK(bench.sent("3a {['a'] 0001 {} '1'}"));
        bench.connect_again(resumed);
        CHECK(bench.sent("3a {['a'] 0002 {} 'bad'}"));
        bench.connect_again(resumed);
    }
    bench.sent();
    bench.receive("40 {0001} 40 {0002} 40 {0003}");
    CHECK(bench.client.in_flight() == 0);
}

TEST_CASE("it is taken like any other if the server takes it in the end") {
    ClientBench bench(patient());
    bench.connect();
    for (const auto* payload : {"1", "2"}) bench.publish("a", payload);
    for (int end = 0; end < 3; ++end) bench.connect_again(resumed);
    CHECK(bench.sent("3a {['a'] 0002 {} '2'}"));
    bench.pass(60s);  // its turn; but nothing else is to be on the way
    CHECK(bench.sent().empty());
    bench.publish("a", "3");
    CHECK(bench.sent().empty());
    bench.receive("40 {0002}");
    CHECK(bench.sent("3a {['a'] 0001 {} '1'}"));
    bench.receive("40 {0001}");
    CHECK(bench.sent("32 {['a'] 0003 {} '3'}"));
    bench.receive("40 {0003}");
    CHECK(bench.client.in_flight() == 0);
    bench.connect_again(resumed);
    for (const auto* payload : {"4", "5"}) bench.publish("a", payload);
    CHECK(bench.sent("32 {['a'] 0004 {} '4'} 32 {['a'] 0005 {} '5'}"));  // side by side again
}

TEST_CASE("what a request may have caused, or our own end of a connection, no message is suspected for") {
    ClientBench bench(impatient());
    bench.connect();
    bench.publish("a", "1");
    for (int end = 0; end < 6; ++end) {
        bench.client.subscribe("b", QoS::at_most_once, bench.now);
        bench.connect_again(resumed);
    }
    for (int end = 0; end < 6; ++end) {
        bench.client.disconnect(ReasonCode::success, bench.now);
        bench.connect_again(resumed);
    }
    CHECK(bench.client.in_flight() == 1);
}

TEST_CASE("a server that says it ends the connection for something else has no message suspected") {
    ClientBench bench(impatient());
    bench.connect();
    bench.publish("a", "1");
    for (int end = 0; end < 6; ++end) {
        bench.receive("e0 {8b}");  // server shutting down
        bench.connect_again(resumed);
    }
    bench.sent();
    bench.publish("a", "2");
    CHECK(bench.sent("32 {['a'] 0002 {} '2'}"));  // beside the first one
}
