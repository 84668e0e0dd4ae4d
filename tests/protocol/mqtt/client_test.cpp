#include "protocol/mqtt/client.hpp"

#include <doctest/doctest.h>

#include "tests/protocol/mqtt/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("[MQTT-3.1.0-1] 3.1.1 [MQTT-3.1.0-1] CONNECT is the first packet") {
    ClientBench v5_bench;
    CHECK(v5_bench.sent(""));
    v5_bench.client.transport_opened(v5_bench.now);
    CHECK(v5_bench.sent("10 {['MQTT'] 05 02 003c {27 00100000} ['c']}"));
    ClientBench v311_bench(settings_of(v311));
    v311_bench.client.transport_opened(v311_bench.now);
    CHECK(v311_bench.sent("10 {['MQTT'] 04 02 003c ['c']}"));
    ClientBench v31_bench(settings_of(v31));
    v31_bench.client.transport_opened(v31_bench.now);
    CHECK(v31_bench.sent("10 {['MQIsdp'] 03 02 003c ['c']}"));
}

TEST_CASE("CONNECT carries what the settings say") {
    ClientSettings settings;
    settings.clean_start = false;
    settings.keep_alive = 0s;
    settings.session_expiry = std::chrono::seconds(0xffffffff);
    settings.receive_maximum = 20;
    settings.maximum_packet_size = 1024;
    settings.user_name = "u";
    settings.password = "p";
    settings.will = ClientWill{
        .topic = "w", .payload = test::octets_of("'gone'"), .qos = QoS::at_least_once, .retain = true, .delay = 60s};
    ClientBench bench(settings);
    bench.client.transport_opened(bench.now);
    CHECK(bench.sent(
        "10 {['MQTT'] 05 ec 0000 {11 ffffffff 21 0014 27 00000400} ['c'] {18 0000003c} ['w'] ['gone'] ['u'] ['p']}"));
    settings.version = v311;
    ClientBench old(settings);
    old.client.transport_opened(old.now);
    CHECK(old.sent("10 {['MQTT'] 04 ec 0000 ['c'] ['w'] ['gone'] ['u'] ['p']}"));
}

TEST_CASE("CONNACK connects, and tells whether the session was there") {
    ClientSettings settings;
    settings.clean_start = false;
    ClientBench bench(settings);
    bench.client.transport_opened(bench.now);
    CHECK(!bench.client.is_connected());
    bench.receive("20 {01 00 {}}");
    CHECK(bench.client.is_connected());
    CHECK(bench.event<ClientConnected>().session_present);
}

TEST_CASE("a refusal is told, and asks to be closed") {
    ClientBench bench;
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("20 {00 87 {}}");
    CHECK(bench.event<ClientRefused>().reason == ReasonCode::not_authorized);
    CHECK(bench.client.close_requested());
    CHECK(bench.sent(""));
    bench.client.transport_closed(bench.now);
    CHECK(bench.events().empty());
    CHECK(!bench.client.close_requested());
    CHECK(!bench.client.next_deadline().has_value());
}

TEST_CASE("a server of 3.1.1 refuses 5.0 in its own form") {
    ClientBench bench;
    bench.client.transport_opened(bench.now);
    bench.receive("20 {00 01}");
    CHECK(bench.event<ClientRefused>().reason == ReasonCode::unsupported_protocol_version);
    ClientBench accepted;
    accepted.client.transport_opened(accepted.now);
    accepted.receive("20 {00 00}");  // success in that form is no CONNACK of 5.0
    accepted.check_ended(Cause::protocol_error, "MQTT-2.2.2-1");
}

TEST_CASE("[MQTT-3.2.0-1] 3.1.1 [MQTT-3.2.0-1] nothing but CONNACK is the first packet from the server") {
    ClientBench bench;
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("d0 {}");
    bench.check_ended(Cause::protocol_error, "MQTT-3.2.0-1");
    CHECK(bench.sent(""));
    ClientBench old(settings_of(v311));
    old.client.transport_opened(old.now);
    old.receive("30 {['a']}");
    old.check_ended(Cause::protocol_error, "3.1.1 MQTT-3.2.0-1");
}

TEST_CASE("[MQTT-3.2.0-2] a second CONNACK is refused") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.receive("20 {00 00 {}}");
    bench.check_ended(Cause::protocol_error, "MQTT-3.2.0-2");
    CHECK(bench.sent("e0 {82}"));
}

TEST_CASE("[MQTT-3.2.2-4] 3.1.1 [MQTT-3.2.2-1] a session that we know nothing of is refused") {
    ClientBench bench;  // Clean Start
    bench.client.transport_opened(bench.now);
    bench.receive("20 {01 00 {}}");
    bench.check_ended(Cause::protocol_error, "MQTT-3.2.2-4");
}

TEST_CASE("[MQTT-3.1.2-4] Clean Start is for the first connection of a lasting session") {
    ClientSettings settings;
    settings.session_expiry = 3600s;
    ClientBench bench(settings);
    bench.client.transport_opened(bench.now);
    CHECK(bench.sent("10 {['MQTT'] 05 02 003c {11 00000e10 27 00100000} ['c']}"));
    SUBCASE("later ones resume") {
        bench.receive("20 {00 00 {}}");
        bench.lose_connection();
        bench.client.transport_opened(bench.now);
        CHECK(bench.sent("10 {['MQTT'] 05 00 003c {11 00000e10 27 00100000} ['c']}"));
    }
    SUBCASE("one that came to nothing does not count") {
        bench.lose_connection();
        bench.client.transport_opened(bench.now);
        CHECK(bench.sent("10 {['MQTT'] 05 02 003c {11 00000e10 27 00100000} ['c']}"));
    }
}

TEST_CASE("3.1.1 [MQTT-3.1.2-6] a clean session is clean each time") {
    ClientBench bench(settings_of(v311));
    bench.connect();
    bench.lose_connection();
    bench.client.transport_opened(bench.now);
    CHECK(bench.sent("10 {['MQTT'] 04 02 003c ['c']}"));
}

TEST_CASE("[MQTT-3.1.3-7] a name that the server gave is used from then on") {
    ClientSettings settings;
    Client client(settings);
    OutputBytes out;
    client.transport_opened(Instant{});
    const auto connack = test::octets_of("20 {00 00 {12 ['server-7']}}");
    client.received(connack, Instant{});
    CHECK(client.settings().client_id == "server-7");
}

TEST_CASE("[MQTT-3.1.2-20] a silent client pings before its Keep Alive is over") {
    ClientBench bench;  // 60 s
    bench.connect();
    CHECK(bench.client.next_deadline() == bench.now + 54s);
    bench.pass(54s - 1ns);
    CHECK(bench.sent(""));
    bench.pass(1ns);
    CHECK(bench.sent("c0 {}"));
    bench.receive("d0 {}");
    CHECK(bench.client.next_deadline() == bench.now + 54s);
}

TEST_CASE("3.1.1 [MQTT-3.1.2-23] whatever is sent puts the ping off") {
    ClientBench bench(settings_of(v311));
    bench.connect();
    bench.pass(30s);
    bench.publish("a", "x");
    bench.sent();
    bench.receive("40 {0001}");
    bench.pass(54s - 1ns);
    CHECK(bench.sent(""));
    bench.pass(1ns);
    CHECK(bench.sent("c0 {}"));
}

TEST_CASE("what is received does not put the ping off, and a late CONNACK neither") {
    ClientBench bench;
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.pass(10s);
    bench.receive("20 {00 00 {}}");
    bench.pass(40s);
    bench.receive("30 {['a'] {}}");
    bench.pass(4s);
    CHECK(bench.sent("c0 {}"));
}

TEST_CASE("5.0 §3.1.2.10: a client that is never silent pings when the server has been for Keep Alive") {
    ClientBench bench;
    bench.connect();
    bench.pass(20s);
    bench.receive("30 {['a'] {}}");  // from here on the server is silent
    const auto publish_until = [&](Duration end) {
        while (bench.now < Instant(end)) {
            bench.publish("a", "x", QoS::at_most_once);
            bench.sent();
            bench.pass(10s);
        }
    };
    publish_until(70s);
    CHECK(bench.sent(""));
    bench.pass(10s - 1ns);
    CHECK(bench.sent(""));
    bench.pass(1ns);
    CHECK(bench.sent("c0 {}"));
    SUBCASE("without an answer the connection is over") {
        bench.events();
        bench.publish("a", "x", QoS::at_most_once);
        bench.pass(20s - 1ns);
        CHECK(bench.events().empty());
        bench.pass(1ns);
        bench.check_ended(Cause::answer_timeout);
    }
    SUBCASE("any octet is an answer to the doubt, PINGRESP to the question") {
        bench.receive("d0 {}");
        publish_until(140s);
        CHECK(bench.sent("c0 {}"));
    }
}

TEST_CASE("[MQTT-4.12.0-6] [MQTT-4.12.0-7] we name no Authentication Method, so that AUTH is refused") {
    ClientBench bench;
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.receive("f0 {18 {15 ['m']}}");
    bench.check_ended(Cause::protocol_error, "MQTT-3.2.0-1");
}

TEST_CASE("[MQTT-3.1.2-21] [MQTT-3.2.2-21] the server's Keep Alive replaces ours, for that connection") {
    ClientBench bench;
    bench.connect("20 {00 00 {13 000a}}");
    CHECK(bench.client.next_deadline() == bench.now + 9s);
    bench.lose_connection();
    bench.connect("20 {00 00 {13 0000}}");
    CHECK(!bench.client.next_deadline().has_value());
    bench.lose_connection();
    bench.connect();
    CHECK(bench.client.next_deadline() == bench.now + 54s);
}

TEST_CASE("answers that do not come end the connection: CONNACK, and a CONNECT that is late leaves no will behind") {
    for (const auto version : {v311, v5}) {
        ClientBench bench(settings_of(version));
        bench.client.transport_opened(bench.now);
        bench.sent();
        bench.pass(20s - 1ns);
        CHECK(bench.events().empty());
        CHECK(bench.sent(""));
        bench.pass(1ns);
        bench.check_ended(Cause::answer_timeout);
        CHECK(bench.sent("e0 {}"));
    }
}

TEST_CASE("who leaves before CONNACK says DISCONNECT too") {
    ClientBench bench;
    bench.client.transport_opened(bench.now);
    bench.sent();
    bench.client.disconnect(ReasonCode::success, bench.now);
    bench.check_ended(Cause::own_disconnect);
    CHECK(bench.sent("e0 {}"));
}

TEST_CASE("answers that do not come end the connection: PINGRESP, counted from the oldest ping") {
    ClientSettings settings;
    settings.keep_alive = 10s;
    ClientBench bench(settings);
    bench.connect();
    bench.events();
    bench.pass(9s);
    bench.pass(9s);
    CHECK(bench.sent("c0 {} c0 {}"));
    bench.pass(9s);
    CHECK(bench.events().empty());
    CHECK(bench.client.next_deadline() == Instant{} + 29s);
    bench.pass(2s);
    bench.check_ended(Cause::answer_timeout);
}

TEST_CASE("answers that do not come end the connection: SUBACK, counted from the oldest SUBSCRIBE") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.client.subscribe("a", QoS::at_least_once, bench.now);
    bench.pass(5s);
    bench.client.subscribe("b", QoS::at_least_once, bench.now);
    bench.receive("90 {0001 {} 01}");
    bench.events();
    bench.pass(20s - 1ns);
    CHECK(bench.events().empty());
    bench.pass(1ns);
    bench.check_ended(Cause::answer_timeout);
}

TEST_CASE("answers that do not come end the connection: UNSUBACK, in one line with SUBACK") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.client.unsubscribe("a", bench.now);
    bench.pass(5s);
    bench.client.subscribe("b", QoS::at_least_once, bench.now);
    bench.pass(15s - 1ns);
    CHECK(bench.events().empty());
    bench.pass(1ns);
    bench.check_ended(Cause::answer_timeout);
}

TEST_CASE("[MQTT-3.14.4-1] [MQTT-3.14.4-2] 3.1.1 [MQTT-3.14.4-1] 3.1.1 [MQTT-3.14.4-2] DISCONNECT is the last packet") {
    for (const auto version : {v311, v5}) {
        ClientBench bench(settings_of(version));
        bench.connect();
        bench.events();
        bench.client.disconnect(ReasonCode::success, bench.now);
        bench.check_ended(Cause::own_disconnect);
        CHECK(bench.sent("e0 {}"));
        CHECK(!bench.publish("a", "x", QoS::at_most_once).has_value());
        CHECK(!bench.client.subscribe("a", QoS::at_most_once, bench.now).has_value());
        bench.receive(version == v5 ? "32 {['a'] 0001 {}}" : "32 {['a'] 0001}");
        bench.pass(1000s);
        CHECK(bench.sent(""));
        CHECK(bench.events().empty());
        bench.client.transport_closed(bench.now);
        CHECK(bench.events().empty());
    }
}

TEST_CASE("§3.14.2.1: a reason goes with DISCONNECT in 5.0; 3.1.1 closes without one, so that the will goes out") {
    ClientBench bench;
    bench.connect();
    bench.client.disconnect(ReasonCode::disconnect_with_will_message, bench.now);
    CHECK(bench.sent("e0 {04}"));
    ClientBench old(settings_of(v311));
    old.connect();
    old.client.disconnect(ReasonCode::disconnect_with_will_message, old.now);
    CHECK(old.sent(""));
    CHECK(old.client.close_requested());
}

TEST_CASE("§3.14.2.2.2: DISCONNECT may end the session sooner; 3.1.1 cannot say it") {
    for (const auto version : {v311, v5}) {
        ClientBench bench(lasting(version));
        bench.connect();
        bench.client.disconnect(ReasonCode::success, bench.now, 0s);
        CHECK(bench.sent(version == v5 ? "e0 {00 {11 00000000}}" : "e0 00"));
    }
}

TEST_CASE("a changed will is the next CONNECT's") {
    ClientBench bench(lasting(v311));
    bench.connect();
    bench.client.change_will(ClientWill{.topic = "w", .payload = {}});
    CHECK(bench.sent(""));
    bench.lose_connection();
    bench.client.transport_opened(bench.now);
    const std::vector<std::byte> connect = bench.sent();
    CHECK(connect.at(9) == std::byte{0x04});  // Will Flag
}

TEST_CASE("[MQTT-4.13.2-1] a server's DISCONNECT ends the connection, with its reason") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.receive("e0 {8e}");
    const auto ended = bench.event<ClientDisconnected>();
    CHECK(ended.cause == Cause::server_disconnect);
    CHECK(ended.reason == ReasonCode::session_taken_over);
    CHECK(bench.client.close_requested());
    CHECK(bench.sent(""));
}

TEST_CASE("[MQTT-3.14.2-1] [MQTT-3.14.2-2] a server's DISCONNECT says what servers may say") {
    ClientBench client_reason;
    client_reason.connect();
    client_reason.events();
    client_reason.receive("e0 {04}");
    client_reason.check_ended(Cause::protocol_error, "MQTT-3.14.2-1");
    ClientBench expiry;
    expiry.connect();
    expiry.events();
    expiry.receive("e0 {00 {11 00000001}}");
    expiry.check_ended(Cause::protocol_error, "MQTT-3.14.2-2");
    ClientBench old(settings_of(v311));
    old.connect();
    old.events();
    old.receive("e0 {}");
    old.check_ended(Cause::protocol_error, "3.1.1 §3.14");
}

TEST_CASE("[MQTT-4.13.1-1] 3.1.1 [MQTT-4.8.0-1] what is not for clients ends the connection") {
    for (const auto* packet :
         {"10 {['MQTT'] 05 02 003c {} ['c']}", "82 {0001 {} ['a'] 00}", "a2 {0001 {} ['a']}", "c0 {}", "f0 {}"}) {
        CAPTURE(packet);
        ClientBench bench;
        bench.connect();
        bench.events();
        bench.receive(packet);
        bench.check_ended(Cause::protocol_error, "§4.13.1");
        CHECK(bench.sent("e0 {82}"));
    }
}

TEST_CASE("[MQTT-4.13.1-1] 3.1.1 [MQTT-4.8.0-1] what is malformed ends the connection; 5.0 says why") {
    ClientBench malformed;
    malformed.connect();
    malformed.events();
    malformed.receive("36 {['a'] 0001 {}}");
    malformed.check_ended(Cause::protocol_error, "MQTT-3.3.1-4");
    CHECK(malformed.sent("e0 {81}"));
    ClientBench old(settings_of(v311));
    old.connect();
    old.events();
    old.receive("36 {['a'] 0001}");
    old.check_ended(Cause::protocol_error, "3.1.1 MQTT-3.3.1-4");
    CHECK(old.sent(""));
}

TEST_CASE("every malformed packet of the table costs the client its connection, nothing more") {
    for (const test::PacketSample& sample : test::malformed_packets()) {
        CAPTURE(std::string(sample.name));
        if (std::string_view(sample.name) == "PUBACK: unlisted reason") continue;  // client_publishing_test.cpp
        ClientBench bench(settings_of(sample.version));
        bench.connect();
        bench.events();
        bench.client.received(sample.octets(), bench.now);
        CHECK(bench.event<ClientDisconnected>().cause == Cause::protocol_error);
        CHECK(bench.client.close_requested());
        bench.lose_connection();
        bench.connect();
    }
}

TEST_CASE("a packet above our Maximum Packet Size ends the connection when its header is there") {
    ClientSettings settings;
    settings.maximum_packet_size = 100;
    ClientBench bench(settings);
    bench.connect();
    bench.events();
    bench.receive("30 63");
    bench.check_ended(Cause::protocol_error, "§3.1.2.11.4");
    CHECK(bench.sent("e0 {95}"));
}

TEST_CASE("a lost transport is told once, and the next connection starts from scratch") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.receive("30 05");  // the beginning of a packet
    bench.client.transport_closed(bench.now);
    CHECK(bench.event<ClientDisconnected>().cause == Cause::transport_closed);
    bench.client.transport_closed(bench.now);
    CHECK(bench.events().empty());
    CHECK(!bench.client.next_deadline().has_value());
    bench.connect();
    CHECK(bench.client.is_connected());
}

TEST_CASE("a client that waits costs some hundred bytes, and holds none for events") {
    CHECK(sizeof(Client) <= 360);
    ClientBench bench;
    bench.connect();
    CHECK(bench.event<ClientConnected>().session_present == false);
    CHECK(bench.client.events().data() == nullptr);
    // From the next event on it keeps what it has: each message is followed by another.
    bench.receive("30 {['t'] {} 'x'}");
    CHECK(bench.event<ClientMessage>().topic == "t");
    CHECK(bench.client.events().data() != nullptr);
}
