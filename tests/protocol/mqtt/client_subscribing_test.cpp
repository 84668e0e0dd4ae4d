#include <doctest/doctest.h>

#include "tests/protocol/mqtt/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("[MQTT-3.8.4-2] [MQTT-3.8.4-6] SUBSCRIBE and its SUBACK, one reason for one filter") {
    ClientBench bench;
    bench.connect();
    bench.events();
    CHECK(bench.client.subscribe("plant/#", QoS::at_least_once, bench.now) == PacketId{1});
    CHECK(bench.sent("82 {0001 {} ['plant/#'] 01}"));
    bench.receive("90 {0001 {} 00}");
    const auto subscribed = bench.event<ClientSubscribed>();
    CHECK(subscribed.packet_id == PacketId{1});
    CHECK(subscribed.reasons == std::vector<ReasonCode>{ReasonCode::success});
    SUBCASE("an answer to nothing") {
        bench.receive("90 {0001 {} 00}");
        bench.check_ended(Cause::protocol_error, "MQTT-3.8.4-2");
    }
    SUBCASE("two reasons for one filter") {
        bench.client.subscribe("b", QoS::at_least_once, bench.now);
        bench.receive("90 {0002 {} 00 01}");
        bench.check_ended(Cause::protocol_error, "MQTT-3.8.4-6");
    }
}

TEST_CASE("3.1.1 [MQTT-3.8.4-2] 3.1.1 [MQTT-3.8.4-5] SUBSCRIBE and its SUBACK") {
    ClientBench bench(settings_of(v311));
    bench.connect();
    bench.events();
    bench.client.subscribe("#", QoS::at_most_once, bench.now);
    CHECK(bench.sent("82 {0001 ['#'] 00}"));
    bench.receive("90 {0001 80}");
    CHECK(bench.event<ClientSubscribed>().reasons == std::vector<ReasonCode>{ReasonCode::unspecified_error});
    bench.receive("90 {0001 00}");
    bench.check_ended(Cause::protocol_error, "3.1.1 MQTT-3.8.4-2");
}

TEST_CASE("what cannot be subscribed to is refused: no filter, no connection") {
    ClientBench bench;
    bench.connect();
    CHECK(!bench.client.subscribe("a/#/b", QoS::at_most_once, bench.now).has_value());
    CHECK(!bench.client.unsubscribe("a/#/b", bench.now).has_value());
    CHECK(!bench.client.unsubscribe("", bench.now).has_value());
    bench.lose_connection();
    CHECK(!bench.client.subscribe("a", QoS::at_most_once, bench.now).has_value());
    CHECK(!bench.client.unsubscribe("a", bench.now).has_value());
}

TEST_CASE("[MQTT-3.8.3-4] QoS 2 may be asked for, and less be granted") {
    ClientBench bench;
    bench.connect();
    bench.events();
    bench.client.subscribe("a", QoS::exactly_once, bench.now);
    CHECK(bench.sent("82 {0001 {} ['a'] 02}"));
    bench.receive("90 {0001 {} 01}");
    CHECK(bench.event<ClientSubscribed>().reasons == std::vector<ReasonCode>{ReasonCode::granted_qos_1});
}

TEST_CASE("[MQTT-3.10.3-2] [MQTT-3.10.4-5] [MQTT-3.11.3-1] UNSUBSCRIBE and its UNSUBACK, one reason for one filter") {
    ClientBench bench;
    bench.connect();
    bench.events();
    CHECK(bench.client.unsubscribe("plant/#", bench.now) == PacketId{1});
    CHECK(bench.sent("a2 {0001 {} ['plant/#']}"));
    SUBCASE("done") {
        bench.receive("b0 {0001 {} 00}");
        const auto unsubscribed = bench.event<ClientUnsubscribed>();
        CHECK(unsubscribed.packet_id == PacketId{1});
        CHECK(unsubscribed.reason == ReasonCode::success);
        bench.receive("b0 {0001 {} 00}");  // an answer to nothing
        bench.check_ended(Cause::protocol_error, "MQTT-3.10.4-5");
    }
    SUBCASE("there was nothing to end") {
        bench.receive("b0 {0001 {} 11}");
        CHECK(bench.event<ClientUnsubscribed>().reason == ReasonCode::no_subscription_existed);
    }
    SUBCASE("two reasons for one filter") {
        bench.receive("b0 {0001 {} 00 00}");
        bench.check_ended(Cause::protocol_error, "MQTT-3.11.3-1");
    }
    SUBCASE("the answer to another request") {
        bench.receive("90 {0001 {} 00}");
        bench.check_ended(Cause::protocol_error, "MQTT-3.8.4-2");
    }
}

TEST_CASE("3.1.1 [MQTT-3.10.4-4] UNSUBACK says nothing but its identifier") {
    ClientBench bench(settings_of(v311));
    bench.connect();
    bench.events();
    bench.client.unsubscribe("a", bench.now);
    CHECK(bench.sent("a2 {0001 ['a']}"));
    bench.receive("b0 {0001}");
    CHECK(bench.event<ClientUnsubscribed>().reason == ReasonCode::success);
    bench.receive("b0 {0001}");
    bench.check_ended(Cause::protocol_error, "3.1.1 MQTT-3.10.4-4");
}

TEST_CASE("[MQTT-2.2.1-3] requests and messages share the identifiers") {
    ClientBench bench;
    bench.connect();
    CHECK(bench.client.subscribe("a", QoS::at_least_once, bench.now) == PacketId{1});
    CHECK(bench.publish("a", "x") == PacketId{2});
    CHECK(bench.client.unsubscribe("a", bench.now) == PacketId{3});
}
