#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

namespace {

// A client that has just fallen asleep for five minutes at a time, and knows "c/1" as 9.
struct Sleeper : ClientBench {
    explicit Sleeper(ClientSettings settings = sensor()) : ClientBench(std::move(settings)) {
        become_active();
        answer(Register{.topic_id = TopicId{9}, .msg_id = MsgId{1}, .topic_name = "c/1"});
        client.sleep(300s, now);
        REQUIRE(take_sent() == "REGACK DISCONNECT");
        answer(Disconnect{});
        CHECK(take_event<ClientAsleep>().gateway_answered);
    }
    void become_awake() {
        client.wake(now);
        REQUIRE(take_sent() == "PINGREQ");
    }
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.14-1: a client goes to sleep by DISCONNECT with a Duration, and sleeps once it is answered") {
    ClientBench bench;
    bench.become_active();
    bench.client.sleep(300s, bench.now);
    REQUIRE(bench.take_sent() == "DISCONNECT");
    CHECK(bench.sent<Disconnect>().duration_seconds == std::uint16_t{300});
    CHECK(!bench.client.is_asleep());
    CHECK(!bench.client.can_request());
    bench.pass(10s);
    REQUIRE(bench.take_sent() == "DISCONNECT");
    CHECK(bench.sent<Disconnect>().duration_seconds == std::uint16_t{300});
    bench.answer(Disconnect{});
    CHECK(bench.take_event<ClientAsleep>().gateway_answered);
    CHECK(bench.client.is_asleep());
    CHECK(!bench.client.is_active());
}

TEST_CASE("MQTT-SN 1.2 §6.13-2: a DISCONNECT with a Duration that nobody answers breaks the connection") {
    ClientBench bench;
    bench.become_active();
    bench.client.sleep(300s, bench.now);
    bench.pass(40s);
    CHECK(bench.take_sent() == "DISCONNECT DISCONNECT DISCONNECT DISCONNECT CONNECT");
    CHECK(bench.take_event<ClientLost>().cause == ClientLost::Cause::no_answer);
}

TEST_CASE("MQTT-SN 1.2 §6.14-2: the client wakes when its Duration is over, and is asleep again after PINGRESP") {
    Sleeper bench;
    for (int cycle = 0; cycle < 3; ++cycle) {
        bench.pass(300s - 1ns);
        CHECK(bench.take_sent().empty());  // no keep-alive in sleep
        bench.pass(1ns);
        REQUIRE(bench.take_sent() == "PINGREQ");
        CHECK(bench.sent<PingReq>().client_id == "PT-1");
        CHECK(!bench.client.is_asleep());
        bench.answer(PingResp{});
        CHECK(bench.take_event<ClientAsleep>().gateway_answered);
        CHECK(bench.client.is_asleep());
    }
}

TEST_CASE("MQTT-SN 1.2 §6.14-13: an awake client takes what was kept for it, and sends nothing but answers") {
    Sleeper bench;
    bench.become_awake();
    bench.answer(Register{.topic_id = TopicId{10}, .msg_id = MsgId{2}, .topic_name = "c/2"});
    bench.answer(Publish{.qos = QoS::at_least_once, .topic_id = TopicId{10}, .msg_id = MsgId{3}, .data = {}});
    bench.answer(Publish{.qos = QoS::exactly_once, .topic_id = TopicId{9}, .msg_id = MsgId{4}, .data = {}});
    bench.answer(PubRel{.msg_id = MsgId{4}});
    CHECK(bench.take_sent() == "REGACK PUBACK PUBREC PUBCOMP");
    CHECK(!bench.client.can_request());
    bench.answer(PingResp{});
    const auto events = bench.take_events();
    REQUIRE(events.size() == 3);
    CHECK(std::get<ClientMessage>(events[0]).topic == "c/2");
    CHECK(std::get<ClientMessage>(events[1]).topic == "c/1");  // registrations survive sleep
    CHECK(std::holds_alternative<ClientAsleep>(events[2]));
}

TEST_CASE("MQTT-SN 1.2 §6.14-14: each message but PINGRESP starts the awake client's Tretry anew") {
    Sleeper bench;
    bench.become_awake();
    for (int n = 0; n < 10; ++n) {
        bench.pass(10s - 1ns);
        bench.answer(Publish{.topic_id = TopicId{9}, .data = {}});
    }
    CHECK(bench.take_sent().empty());
    bench.take_events();
    bench.pass(10s);
    CHECK(bench.take_sent() == "PINGREQ");
}

TEST_CASE("MQTT-SN 1.2 §6.14-14: a waking PINGREQ without an answer is repeated, then the client sleeps on") {
    Sleeper bench;
    bench.become_awake();
    bench.pass(40s - 1ns);
    CHECK(bench.take_sent() == "PINGREQ PINGREQ PINGREQ");
    CHECK(bench.take_events().empty());
    bench.pass(1ns);
    CHECK(!bench.take_event<ClientAsleep>().gateway_answered);
    CHECK(bench.take_sent().empty());
    bench.answer(PingResp{});  // too late: the radio is off
    CHECK(bench.take_events().empty());
    bench.pass(300s);
    CHECK(bench.take_sent() == "PINGREQ");
}

TEST_CASE("MQTT-SN 1.2 §6.14: a sleeping client hears nothing") {
    Sleeper bench;
    bench.answer(Publish{.qos = QoS::at_least_once, .topic_id = TopicId{9}, .msg_id = MsgId{3}, .data = {}});
    bench.answer(PingReq{});
    bench.answer(Disconnect{});  // the answer once more
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_events().empty());
    CHECK(bench.client.ignored_received() == 3);
    CHECK(bench.client.is_asleep());
}

TEST_CASE("MQTT-SN 1.2 §6.14: until its DISCONNECT is answered, a client takes what crosses it") {
    ClientBench bench;
    bench.become_active();
    bench.client.sleep(300s, bench.now);
    bench.take_sent();
    bench.answer(Publish{.qos = QoS::at_least_once,
                         .topic_id_type = TopicIdType::predefined,
                         .topic_id = TopicId{17},
                         .msg_id = MsgId{3},
                         .data = {}});
    CHECK(bench.take_sent() == "PUBACK");
    bench.take_event<ClientMessage>();
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-6, §6.14-10: CONNECT ends sleep, and registrations are still known, in a clean session too") {
    Sleeper bench(sensor(true));
    SUBCASE("asleep") {}
    SUBCASE("awake") { bench.become_awake(); }
    bench.client.connect(bench.now);
    REQUIRE(bench.take_sent() == "CONNECT");
    bench.answer(ConnAck{});
    bench.take_event<ClientConnected>();
    bench.publish("c/1");
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().topic_id == TopicId{9});
    bench.answer_publish(ReturnCode::accepted);
    bench.take_event<ClientPublished>();
    bench.client.sleep(60s, bench.now);
    CHECK(bench.take_sent() == "DISCONNECT");
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-9: a gateway that does not know the waking client says DISCONNECT; the client connects again") {
    Sleeper bench(sensor(true));
    bench.become_awake();
    bench.answer(Disconnect{});
    CHECK(bench.take_event<ClientLost>().cause == ClientLost::Cause::gateway_disconnect);
    CHECK(bench.take_sent() == "CONNECT");
    bench.answer(ConnAck{});
    bench.publish("c/1");
    CHECK(bench.take_sent() == "REGISTER");  // a new session: a clean one has no registrations
}

TEST_CASE("MQTT-SN 1.2 §6.14-5: DISCONNECT without Duration ends sleep for good") {
    Sleeper bench;
    SUBCASE("asleep") {}
    SUBCASE("awake") { bench.become_awake(); }
    bench.client.disconnect(bench.now);
    REQUIRE(bench.take_sent() == "DISCONNECT");
    CHECK(!bench.sent<Disconnect>().duration_seconds);
    bench.answer(Disconnect{});
    bench.take_event<ClientDisconnected>();
    CHECK(!bench.client.next_deadline());
    bench.client.wake(bench.now);
    CHECK(bench.take_sent().empty());
}
