#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

TEST_CASE("MQTT-SN 1.2 §6.9-1: SUBSCRIBE to a name brings the granted QoS and the topic id with SUBACK") {
    ClientBench bench;
    bench.become_active();
    bench.client.subscribe(Topic::named("c/1"), QoS::exactly_once, bench.now);
    CHECK(!bench.client.can_request());
    REQUIRE(bench.take_sent() == "SUBSCRIBE");
    const Subscribe request = bench.sent<Subscribe>();
    CHECK(request.topic_name == "c/1");
    CHECK(request.qos == QoS::exactly_once);
    CHECK(!request.dup);
    bench.answer(
        SubAck{.qos = QoS::at_least_once, .topic_id = TopicId{5}, .msg_id = request.msg_id, .return_code = {}});
    const auto subscribed = bench.take_event<ClientSubscribed>();
    CHECK(subscribed.outcome == RequestOutcome::acknowledged);
    CHECK(subscribed.qos == QoS::at_least_once);
    bench.publish("c/1");
    REQUIRE(bench.take_sent() == "PUBLISH");  // no REGISTER
    CHECK(bench.sent<Publish>().topic_id == TopicId{5});
}

TEST_CASE("MQTT-SN 1.2 §6.9-2: a filter with wildcards gets no topic id; ids come by REGISTER") {
    ClientBench bench;
    bench.become_active();
    bench.client.subscribe(Topic::named("c/#"), QoS::at_least_once, bench.now);
    REQUIRE(bench.take_sent() == "SUBSCRIBE");
    bench.answer(
        SubAck{.qos = QoS::at_least_once, .topic_id = {}, .msg_id = bench.sent<Subscribe>().msg_id, .return_code = {}});
    CHECK(bench.take_event<ClientSubscribed>().outcome == RequestOutcome::acknowledged);
    bench.answer(Register{.topic_id = TopicId{9}, .msg_id = MsgId{1}, .topic_name = "c/1"});
    bench.answer(Publish{.qos = QoS::at_most_once, .topic_id = TopicId{9}, .data = as_byte_view("on")});
    CHECK(bench.take_sent() == "REGACK");
    const auto message = bench.take_event<ClientMessage>();
    CHECK(message.topic == "c/1");
    CHECK(as_text(message.data) == "on");
}

TEST_CASE("MQTT-SN 1.2 §6.9-3: predefined ids and short names are subscribed to as they are") {
    ClientBench bench;
    bench.become_active();
    bench.client.subscribe(Topic::predefined(TopicId{17}), QoS::at_most_once, bench.now);
    REQUIRE(bench.take_sent() == "SUBSCRIBE");
    CHECK(bench.sent<Subscribe>().topic_id_type == TopicIdType::predefined);
    CHECK(bench.sent<Subscribe>().topic_id == TopicId{17});
    bench.answer(
        SubAck{.qos = {}, .topic_id = TopicId{17}, .msg_id = bench.sent<Subscribe>().msg_id, .return_code = {}});
    bench.take_event<ClientSubscribed>();
    bench.client.unsubscribe(Topic::short_name("tt"), bench.now);
    REQUIRE(bench.take_sent() == "UNSUBSCRIBE");
    CHECK(bench.sent<Unsubscribe>().topic_id_type == TopicIdType::short_name);
    CHECK(bench.sent<Unsubscribe>().topic_id == topic_id_of_short_name("tt"));
}

TEST_CASE(
    "MQTT-SN 1.2 §6.13-1, §6.13-2: SUBSCRIBE and UNSUBSCRIBE are repeated with their MsgId, then the connection is "
    "broken") {
    ClientBench bench;
    bench.become_active();
    SUBCASE("SUBSCRIBE") {
        bench.client.subscribe(Topic::named("c/1"), QoS::at_least_once, bench.now);
        bench.pass(40s - 1ns);
        REQUIRE(bench.take_sent() == "SUBSCRIBE SUBSCRIBE SUBSCRIBE SUBSCRIBE");
        CHECK(!bench.sent<Subscribe>(0).dup);
        CHECK(bench.sent<Subscribe>(3).dup);
        CHECK(bench.sent<Subscribe>(3).msg_id == bench.sent<Subscribe>(0).msg_id);
        bench.pass(1ns);
        const auto events = bench.take_events();
        REQUIRE(events.size() == 2);
        CHECK(std::get<ClientSubscribed>(events[0]).outcome == RequestOutcome::gave_up);
        CHECK(std::holds_alternative<ClientLost>(events[1]));
    }
    SUBCASE("UNSUBSCRIBE") {
        bench.client.unsubscribe(Topic::named("c/1"), bench.now);
        bench.pass(40s - 1ns);
        REQUIRE(bench.take_sent() == "UNSUBSCRIBE UNSUBSCRIBE UNSUBSCRIBE UNSUBSCRIBE");
        CHECK(bench.sent<Unsubscribe>(3).msg_id == bench.sent<Unsubscribe>(0).msg_id);
        bench.pass(1ns);
        const auto events = bench.take_events();
        REQUIRE(events.size() == 2);
        CHECK(std::get<ClientUnsubscribed>(events[0]).outcome == RequestOutcome::gave_up);
    }
}

TEST_CASE("MQTT-SN 1.2 §6.9-4: SUBACK refuses, or asks for a pause") {
    ClientSettings settings = sensor();
    settings.keep_alive = 600s;
    ClientBench bench(settings);
    bench.become_active();
    bench.client.subscribe(Topic::named("c/1"), QoS::at_least_once, bench.now);
    REQUIRE(bench.take_sent() == "SUBSCRIBE");
    const auto suback = [&](ReturnCode code) {
        bench.answer(SubAck{.qos = {}, .topic_id = {}, .msg_id = bench.sent<Subscribe>().msg_id, .return_code = code});
    };
    SUBCASE("refused") {
        suback(ReturnCode::not_supported);
        const auto subscribed = bench.take_event<ClientSubscribed>();
        CHECK(subscribed.outcome == RequestOutcome::rejected);
        CHECK(subscribed.return_code == ReturnCode::not_supported);
        CHECK(bench.client.can_request());
    }
    SUBCASE("congestion") {
        suback(ReturnCode::congestion);
        bench.pass(5min - 1ns);
        CHECK(bench.take_sent().empty());
        bench.pass(1ns);
        CHECK(bench.take_sent() == "SUBSCRIBE");
    }
}

TEST_CASE("MQTT-SN 1.2 §6.9-5: UNSUBACK ends UNSUBSCRIBE; answers to other requests do not") {
    ClientBench bench;
    bench.become_active();
    bench.client.unsubscribe(Topic::named("c/1"), bench.now);
    REQUIRE(bench.take_sent() == "UNSUBSCRIBE");
    const MsgId msg_id = bench.sent<Unsubscribe>().msg_id;
    bench.answer(SubAck{.qos = {}, .topic_id = {}, .msg_id = msg_id, .return_code = {}});
    bench.answer(UnsubAck{.msg_id = MsgId{999}});
    CHECK(bench.client.ignored_received() == 2);
    CHECK(bench.take_events().empty());
    bench.answer(UnsubAck{.msg_id = msg_id});
    CHECK(bench.take_event<ClientUnsubscribed>().outcome == RequestOutcome::acknowledged);
}
