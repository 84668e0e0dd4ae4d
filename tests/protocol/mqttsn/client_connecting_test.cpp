#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

TEST_CASE("MQTT-SN 1.2 §6.2-1: CONNECT without a will is answered by CONNACK, and the client is active") {
    ClientBench bench;
    CHECK(!bench.client.next_deadline());
    bench.client.connect(bench.now);
    REQUIRE(bench.take_sent() == "CONNECT");
    const auto connect = bench.sent<Connect>();
    CHECK(connect.client_id == "PT-1");
    CHECK(connect.clean_session);
    CHECK(!connect.will);
    CHECK(connect.duration_seconds == 60);
    CHECK(!bench.client.is_active());
    bench.answer(ConnAck{});
    bench.take_event<ClientConnected>();
    CHECK(bench.client.is_active());
    CHECK(bench.client.can_publish());
    bench.client.connect(bench.now);  // nothing to do
    CHECK(bench.take_sent().empty());
}

TEST_CASE(
    "MQTT-SN 1.2 §6.13-1, §6.13-2: CONNECT is repeated every Tretry, Nretry times; then the client reports and starts "
    "anew") {
    ClientBench bench;
    bench.client.connect(bench.now);
    CHECK(bench.take_sent() == "CONNECT");
    bench.pass(30s);
    CHECK(bench.take_sent() == "CONNECT CONNECT CONNECT");
    bench.pass(10s - 1ns);
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_events().empty());
    bench.pass(1ns);
    CHECK(bench.take_event<ClientLost>().cause == ClientLost::Cause::no_answer);
    CHECK(bench.take_sent() == "CONNECT");
    bench.answer(ConnAck{});
    bench.take_event<ClientConnected>();
}

TEST_CASE("MQTT-SN 1.2 §6.13: a reconnect pause delays the new CONNECT, and disconnect() ends the pause") {
    ClientSettings settings = sensor();
    settings.reconnect_pause = 5s;
    ClientBench bench(settings);
    bench.client.connect(bench.now);
    bench.pass(40s);
    bench.take_sent();
    bench.take_event<ClientLost>();
    SUBCASE("the pause passes") {
        bench.pass(5s - 1ns);
        CHECK(bench.take_sent().empty());
        bench.pass(1ns);
        CHECK(bench.take_sent() == "CONNECT");
    }
    SUBCASE("the owner does not want to wait") {
        bench.client.connect(bench.now);
        CHECK(bench.take_sent() == "CONNECT");
    }
    SUBCASE("the owner wants no connection any more") {
        bench.client.disconnect(bench.now);
        bench.take_event<ClientDisconnected>();
        CHECK(bench.take_sent().empty());
        CHECK(!bench.client.next_deadline());
    }
}

TEST_CASE(
    "MQTT-SN 1.2 §6.2-3: after CONNACK \"congestion\" the client waits for Twait, after another refusal for Tretry") {
    ClientBench bench;
    bench.client.connect(bench.now);
    bench.take_sent();
    Duration pause = 5min;
    ReturnCode code = ReturnCode::congestion;
    SUBCASE("congestion") {}
    SUBCASE("not supported") {
        code = ReturnCode::not_supported;
        pause = 10s;
    }
    bench.answer(ConnAck{.return_code = code});
    const ClientLost lost = bench.take_event<ClientLost>();
    CHECK(lost.cause == ClientLost::Cause::refused);
    CHECK(lost.return_code == code);
    bench.pass(pause - 1ns);
    CHECK(bench.take_sent().empty());
    bench.pass(1ns);
    CHECK(bench.take_sent() == "CONNECT");
}

TEST_CASE("MQTT-SN 1.2 §6.12-1: DISCONNECT is answered by DISCONNECT") {
    ClientBench bench;
    bench.become_active();
    bench.client.disconnect(bench.now);
    CHECK(bench.take_sent() == "DISCONNECT");
    CHECK(!bench.sent<Disconnect>().duration_seconds);
    CHECK(!bench.client.can_publish());
    SUBCASE("answered") { bench.answer(Disconnect{}); }
    SUBCASE("not answered: repeated, then done all the same") {
        bench.pass(40s - 1ns);
        CHECK(bench.take_sent() == "DISCONNECT DISCONNECT DISCONNECT");
        CHECK(bench.take_events().empty());
        bench.pass(1ns);
    }
    bench.take_event<ClientDisconnected>();
    CHECK(!bench.client.next_deadline());
    CHECK(bench.take_sent().empty());
    bench.client.connect(bench.now);
    CHECK(bench.take_sent() == "CONNECT");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.12-2: a DISCONNECT that the gateway begins breaks the connection; the client connects again") {
    ClientBench bench;
    bench.become_active();
    bench.answer(Disconnect{});
    CHECK(bench.take_event<ClientLost>().cause == ClientLost::Cause::gateway_disconnect);
    CHECK(bench.take_sent() == "CONNECT");
    bench.answer(Disconnect{});  // a late one changes nothing
    CHECK(bench.take_events().empty());
    CHECK(bench.client.ignored_received() == 1);
}

TEST_CASE("MQTT-SN 1.2 §6.12: a publish that is running when the connection ends is told before the end") {
    ClientBench bench;
    bench.become_active();
    const PublishId id = bench.publish_registered();
    SUBCASE("by the gateway") { bench.answer(Disconnect{}); }
    SUBCASE("by the owner") {
        bench.client.disconnect(bench.now);
        bench.answer(Disconnect{});
    }
    const auto events = bench.take_events();
    REQUIRE(events.size() == 2);
    const auto& published = std::get<ClientPublished>(events[0]);
    CHECK(published.id == id);
    CHECK(published.outcome == ClientPublished::Outcome::connection_lost);
    CHECK(published.publishes_sent == 1);
    CHECK(!std::holds_alternative<ClientPublished>(events[1]));
    CHECK(!std::holds_alternative<ClientConnected>(events[1]));
}
