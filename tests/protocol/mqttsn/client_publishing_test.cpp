#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

TEST_CASE("MQTT-SN 1.2 §6.5-1, §6.5-7: the first publish of a topic registers its name, the next one uses the id") {
    ClientBench bench;
    bench.become_active();
    bench.publish("a/b");
    REQUIRE(bench.take_sent() == "REGISTER");
    CHECK(bench.sent<Register>().topic_id == TopicId{0});
    CHECK(bench.sent<Register>().topic_name == "a/b");
    CHECK(!bench.client.can_publish());
    bench.answer(RegAck{.topic_id = TopicId{7}, .msg_id = bench.sent<Register>().msg_id, .return_code = {}});
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().topic_id == TopicId{7});
    CHECK(bench.sent<Publish>().topic_id_type == TopicIdType::normal);
    CHECK(bench.sent<Publish>().qos == QoS::at_least_once);
    CHECK(!bench.sent<Publish>().dup);
    CHECK(as_text(bench.sent<Publish>().data) == "42");
    bench.answer_publish(ReturnCode::accepted);
    CHECK(bench.take_event<ClientPublished>().outcome == ClientPublished::Outcome::acknowledged);
    CHECK(bench.client.can_publish());

    bench.client.publish("a/b", as_byte_view("43"), true, bench.now);
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().retain);
}

TEST_CASE("MQTT-SN 1.2 §6.13-1, §6.13-4: PUBLISH leaves Nretry + 1 times, Tretry apart, with DUP from the second on") {
    ClientBench bench;
    bench.become_active();
    const PublishId id = bench.publish_registered();
    const MsgId msg_id = bench.sent<Publish>().msg_id;
    for (int repeated = 1; repeated <= 3; ++repeated) {
        bench.pass(10s - 1ns);
        CHECK(bench.take_sent().empty());
        bench.pass(1ns);
        REQUIRE(bench.take_sent() == "PUBLISH");
        CHECK(bench.sent<Publish>().dup);
        CHECK(bench.sent<Publish>().msg_id == msg_id);
    }
    CHECK(bench.client.publishes_sent() == 4);
    bench.pass(10s - 1ns);
    CHECK(bench.take_events().empty());
    SUBCASE("the last moment is early enough for an answer") {
        bench.answer_publish(ReturnCode::accepted);
        CHECK(bench.take_event<ClientPublished>().outcome == ClientPublished::Outcome::acknowledged);
        bench.pass(1ns);
        CHECK(bench.take_events().empty());
    }
    SUBCASE("giving up is told once, then the connection is lost, and the client connects again") {
        bench.pass(1ns);
        const auto events = bench.take_events();
        REQUIRE(events.size() == 2);
        CHECK(std::get<ClientPublished>(events[0]).id == id);
        CHECK(std::get<ClientPublished>(events[0]).outcome == ClientPublished::Outcome::gave_up);
        CHECK(std::get<ClientPublished>(events[0]).publishes_sent == 4);
        CHECK(std::get<ClientLost>(events[1]).cause == ClientLost::Cause::no_answer);
        CHECK(bench.take_sent() == "CONNECT");
        bench.answer_publish(ReturnCode::accepted);  // too late
    }
    CHECK(bench.take_events().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.13-1: REGISTER without an answer is repeated, then the publish is given up") {
    ClientBench bench;
    bench.become_active();
    bench.publish();
    bench.pass(40s);
    CHECK(bench.take_sent() == "REGISTER REGISTER REGISTER REGISTER CONNECT");
    const auto events = bench.take_events();
    REQUIRE(events.size() == 2);
    CHECK(std::get<ClientPublished>(events[0]).outcome == ClientPublished::Outcome::gave_up);
    CHECK(std::get<ClientPublished>(events[0]).publishes_sent == 0);
    CHECK(std::holds_alternative<ClientLost>(events[1]));
}

TEST_CASE("MQTT-SN 1.2 §6.5-9: topic ids survive a reconnect in a persistent session, and not in a clean one") {
    bool clean_session = false;
    SUBCASE("clean") { clean_session = true; }
    SUBCASE("persistent") { clean_session = false; }
    ClientBench bench(sensor(clean_session));
    bench.become_active();
    bench.publish_registered();
    bench.answer_publish(ReturnCode::accepted);
    bench.answer(Disconnect{});
    CHECK(bench.take_sent() == "CONNECT");
    bench.answer(ConnAck{});
    bench.publish();
    CHECK(bench.take_sent() == (clean_session ? "REGISTER" : "PUBLISH"));
}

TEST_CASE("MQTT-SN 1.2 §6.6-6: PUBACK \"invalid topic id\" makes the client register again and repeat the message") {
    ClientBench bench(sensor(false));
    bench.become_active();
    bench.publish_registered(TopicId{7});
    const Publish refused = bench.sent<Publish>();
    bench.answer_publish(ReturnCode::invalid_topic_id);
    REQUIRE(bench.take_sent() == "REGISTER");
    bench.answer(PubAck{
        .topic_id = TopicId{7}, .msg_id = refused.msg_id, .return_code = ReturnCode::invalid_topic_id});  // of a copy
    CHECK(bench.take_sent().empty());
    bench.pass(10s);
    REQUIRE(bench.take_sent() == "REGISTER");
    bench.answer(RegAck{.topic_id = TopicId{9}, .msg_id = bench.sent<Register>().msg_id, .return_code = {}});
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().topic_id == TopicId{9});
    CHECK(!bench.sent<Publish>().dup);
    CHECK(bench.sent<Publish>().msg_id != refused.msg_id);
    bench.answer_publish(ReturnCode::accepted);
    CHECK(bench.take_event<ClientPublished>().publishes_sent == 2);
}

TEST_CASE("MQTT-SN 1.2 §6.6: a gateway that refuses every id that it assigns ends the publish, not the client") {
    ClientBench bench;
    bench.become_active();
    bench.publish_registered();
    for (int again = 0; again < 3; ++again) {
        bench.answer_publish(ReturnCode::invalid_topic_id);
        REQUIRE(bench.take_sent() == "REGISTER");
        bench.answer(RegAck{.topic_id = TopicId{7}, .msg_id = bench.sent<Register>().msg_id, .return_code = {}});
        REQUIRE(bench.take_sent() == "PUBLISH");
    }
    bench.answer_publish(ReturnCode::invalid_topic_id);
    CHECK(bench.take_sent().empty());
    const auto published = bench.take_event<ClientPublished>();
    CHECK(published.outcome == ClientPublished::Outcome::rejected);
    CHECK(published.return_code == ReturnCode::invalid_topic_id);
    CHECK(bench.client.can_publish());
}

TEST_CASE("MQTT-SN 1.2 §6.6-5: PUBACK \"congestion\" stops publishing for Twait, then the message leaves again") {
    ClientSettings settings = sensor();
    settings.keep_alive = 600s;
    ClientBench bench(settings);
    bench.become_active();
    bench.publish_registered();
    const MsgId refused = bench.sent<Publish>().msg_id;
    bench.answer_publish(ReturnCode::congestion);
    CHECK(!bench.client.can_publish());
    SUBCASE("after Twait") {
        bench.pass(5min - 1ns);
        CHECK(bench.take_sent().empty());
        bench.pass(1ns);
        REQUIRE(bench.take_sent() == "PUBLISH");
        CHECK(bench.sent<Publish>().msg_id != refused);
        bench.answer_publish(ReturnCode::accepted);
    }
    SUBCASE("unless another copy of it was accepted") {
        bench.answer_publish(ReturnCode::accepted);
        bench.pass(5min);
        CHECK(bench.take_sent().empty());
    }
    CHECK(bench.take_event<ClientPublished>().outcome == ClientPublished::Outcome::acknowledged);
}

TEST_CASE("MQTT-SN 1.2 §6.5-3: REGACK \"congestion\" stops registering for Twait, another refusal ends the publish") {
    ClientSettings settings = sensor();
    settings.keep_alive = 600s;
    ClientBench bench(settings);
    bench.become_active();
    bench.publish();
    REQUIRE(bench.take_sent() == "REGISTER");
    bench.answer(
        RegAck{.topic_id = {}, .msg_id = bench.sent<Register>().msg_id, .return_code = ReturnCode::congestion});
    bench.pass(5min);
    REQUIRE(bench.take_sent() == "REGISTER");
    bench.answer(
        RegAck{.topic_id = {}, .msg_id = bench.sent<Register>().msg_id, .return_code = ReturnCode::not_supported});
    const auto published = bench.take_event<ClientPublished>();
    CHECK(published.outcome == ClientPublished::Outcome::rejected);
    CHECK(published.return_code == ReturnCode::not_supported);
    CHECK(bench.client.can_publish());
}

TEST_CASE("MQTT-SN 1.2 §6.11: the connection is kept alive, and watched, while a publish waits out congestion") {
    ClientBench bench;
    bench.become_active();
    bench.publish_registered();
    bench.answer_publish(ReturnCode::congestion);
    bench.pass(60s + 40s);
    CHECK(bench.take_sent() == "PINGREQ PINGREQ PINGREQ PINGREQ CONNECT");
    const auto events = bench.take_events();
    REQUIRE(events.size() == 2);
    CHECK(std::get<ClientPublished>(events[0]).outcome == ClientPublished::Outcome::connection_lost);
    CHECK(std::get<ClientLost>(events[1]).cause == ClientLost::Cause::no_answer);
    bench.answer(ConnAck{});
    bench.pass(50s);
    CHECK(bench.take_sent().empty());  // the pause went with the message
}

TEST_CASE("MQTT-SN 1.2 §6.5-8: the gateway's REGISTER is answered, and its id used") {
    ClientBench bench;
    bench.become_active();
    bench.answer(Register{.topic_id = TopicId{12}, .msg_id = MsgId{3}, .topic_name = "a/b"});
    REQUIRE(bench.take_sent() == "REGACK");
    CHECK(bench.sent<RegAck>().return_code == ReturnCode::accepted);
    CHECK(bench.sent<RegAck>().topic_id == TopicId{12});
    CHECK(bench.sent<RegAck>().msg_id == MsgId{3});
    bench.publish("a/b");
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().topic_id == TopicId{12});
}

TEST_CASE(
    "MQTT-SN 1.2 §6.5-8, §5.3.11-1: the gateway's REGISTER of a reserved id, or of more names than fit, is refused") {
    ClientBench bench;
    bench.become_active();
    for (const TopicId reserved : {TopicId{0x0000}, TopicId{0xffff}}) {
        bench.answer(Register{.topic_id = reserved, .msg_id = MsgId{3}, .topic_name = "a/b"});
        REQUIRE(bench.take_sent() == "REGACK");
        CHECK(bench.sent<RegAck>().return_code == ReturnCode::invalid_topic_id);
    }
    for (std::uint16_t n = 1; n <= 65; ++n) {
        bench.answer(Register{.topic_id = TopicId{n}, .msg_id = MsgId{n}, .topic_name = "a/" + std::to_string(n)});
        REQUIRE(bench.take_sent() == "REGACK");
        CHECK(bench.sent<RegAck>().return_code == (n <= 64 ? ReturnCode::accepted : ReturnCode::congestion));
    }
    bench.answer(Register{.topic_id = TopicId{100}, .msg_id = MsgId{100}, .topic_name = "a/64"});  // known already
    REQUIRE(bench.take_sent() == "REGACK");
    CHECK(bench.sent<RegAck>().return_code == ReturnCode::accepted);
}

TEST_CASE("MQTT-SN 1.2 §6.13: copies of one PUBLISH keep their topic id, though the gateway gives it away meanwhile") {
    ClientBench bench;
    bench.become_active();
    bench.publish_registered(TopicId{7});
    bench.answer(Register{.topic_id = TopicId{7}, .msg_id = MsgId{1}, .topic_name = "other"});
    bench.take_sent();
    bench.pass(10s);
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().topic_id == TopicId{7});
    bench.answer_publish(ReturnCode::accepted);
    bench.publish();
    CHECK(bench.take_sent() == "REGISTER");
}

TEST_CASE("MQTT-SN 1.2 §6.5: answers to another exchange, and a reserved id in REGACK, are ignored") {
    ClientBench bench;
    bench.become_active();
    bench.publish();
    bench.take_sent();
    const MsgId msg_id = bench.sent<Register>().msg_id;
    bench.answer(RegAck{.topic_id = TopicId{7}, .msg_id = MsgId{999}, .return_code = {}});
    bench.answer(RegAck{.topic_id = TopicId{0}, .msg_id = msg_id, .return_code = {}});
    bench.answer(PubAck{.topic_id = TopicId{7}, .msg_id = msg_id, .return_code = {}});
    CHECK(bench.client.ignored_received() == 3);
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_events().empty());
}

TEST_CASE("MQTT-SN 1.2 §5.3.7-1: MsgId never becomes zero, however many messages a sensor publishes") {
    ClientBench bench(sensor(false));
    bench.become_active();
    bench.publish_registered();
    bench.answer_publish(ReturnCode::accepted);
    for (int n = 0; n < 65'536; ++n) {
        bench.publish();
        bench.take_sent();
        bench.answer_publish(ReturnCode::accepted);  // encoding and decoding refuse zero
        bench.client.events_taken();
    }
    CHECK(bench.client.publishes_sent() == 65'537);
}
