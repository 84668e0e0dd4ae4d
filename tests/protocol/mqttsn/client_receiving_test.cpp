#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

namespace {

// An active client to which "c/1" is registered as 9.
struct Subscriber : ClientBench {
    explicit Subscriber(ClientSettings settings = sensor()) : ClientBench(std::move(settings)) {
        become_active();
        answer(Register{.topic_id = TopicId{9}, .msg_id = MsgId{1}, .topic_name = "c/1"});
        REQUIRE(take_sent() == "REGACK");
    }
    void deliver(QoS qos, std::uint16_t msg_id, TopicId topic_id = TopicId{9}) {
        answer(Publish{.qos = qos, .topic_id = topic_id, .msg_id = MsgId{msg_id}, .data = as_byte_view("on")});
    }
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.10-1: QoS 0 is delivered, QoS 1 is delivered and acknowledged, each time it comes") {
    Subscriber bench;
    bench.deliver(QoS::at_most_once, 0);
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_event<ClientMessage>().topic == "c/1");

    bench.answer(Publish{.dup = true,
                         .qos = QoS::at_least_once,
                         .retain = true,
                         .topic_id = TopicId{9},
                         .msg_id = MsgId{4},
                         .data = as_byte_view("on")});
    REQUIRE(bench.take_sent() == "PUBACK");
    CHECK(bench.sent<PubAck>().msg_id == MsgId{4});
    CHECK(bench.sent<PubAck>().topic_id == TopicId{9});
    CHECK(bench.sent<PubAck>().return_code == ReturnCode::accepted);
    const auto message = bench.take_event<ClientMessage>();
    CHECK(message.qos == QoS::at_least_once);
    CHECK(message.retain);
    CHECK(message.dup);
    CHECK(as_text(message.data) == "on");
    bench.deliver(QoS::at_least_once, 4);
    CHECK(bench.take_sent() == "PUBACK");
    CHECK(bench.take_events().size() == 1);
}

TEST_CASE("MQTT-SN 1.2 §6.10-5: QoS 2 is delivered once, whatever is repeated") {
    Subscriber bench;
    bench.deliver(QoS::exactly_once, 4);
    CHECK(bench.take_sent() == "PUBREC");
    bench.take_event<ClientMessage>();
    bench.deliver(QoS::exactly_once, 4);
    CHECK(bench.take_sent() == "PUBREC");
    bench.answer(PubRel{.msg_id = MsgId{4}});
    REQUIRE(bench.take_sent() == "PUBCOMP");
    CHECK(bench.sent<PubComp>().msg_id == MsgId{4});
    bench.answer(PubRel{.msg_id = MsgId{4}});
    CHECK(bench.take_sent() == "PUBCOMP");
    CHECK(bench.take_events().empty());

    SUBCASE("a copy that the network held back for less than two Tretry is no new message") {
        bench.now += 20s - 1ns;
        bench.deliver(QoS::exactly_once, 4);
        CHECK(bench.take_sent() == "PUBREC");
        CHECK(bench.take_events().empty());
    }
    SUBCASE("later the MsgId is free for the next message") {
        bench.now += 20s;
        bench.deliver(QoS::exactly_once, 4);
        CHECK(bench.take_sent() == "PUBREC");
        bench.take_event<ClientMessage>();
    }
}

TEST_CASE("MQTT-SN 1.2 §6.10: received QoS 2 messages are remembered over a reconnect in a persistent session") {
    bool clean_session = false;
    SUBCASE("clean") { clean_session = true; }
    SUBCASE("persistent") { clean_session = false; }
    Subscriber bench(sensor(clean_session));
    bench.deliver(QoS::exactly_once, 4);
    bench.take_event<ClientMessage>();
    bench.answer(Disconnect{});
    bench.answer(ConnAck{});
    bench.answer(Register{.topic_id = TopicId{9}, .msg_id = MsgId{2}, .topic_name = "c/1"});
    bench.take_events();
    bench.take_sent();
    bench.deliver(QoS::exactly_once, 4);
    CHECK(bench.take_sent() == "PUBREC");
    CHECK(bench.take_events().size() == (clean_session ? 1 : 0));
}

TEST_CASE("MQTT-SN 1.2 §6.10-4: a topic id that the client does not know is refused, whatever the QoS") {
    Subscriber bench;
    std::uint16_t msg_id = 0;
    for (const QoS qos : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
        for (const TopicId unknown : {TopicId{10}, TopicId{0x0000}, TopicId{0xffff}}) {
            msg_id = qos == QoS::at_most_once ? std::uint16_t{0} : static_cast<std::uint16_t>(msg_id + 1);
            bench.deliver(qos, msg_id, unknown);
            REQUIRE(bench.take_sent() == "PUBACK");
            CHECK(bench.sent<PubAck>().return_code == ReturnCode::invalid_topic_id);
            CHECK(bench.sent<PubAck>().topic_id == unknown);
            CHECK(bench.sent<PubAck>().msg_id == MsgId{msg_id});
        }
    }
    CHECK(bench.take_events().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.7-1, §6.7-2: short names arrive as names, predefined ids as ids") {
    ClientBench bench;
    bench.become_active();
    bench.answer(
        Publish{.topic_id_type = TopicIdType::short_name, .topic_id = topic_id_of_short_name("tt"), .data = {}});
    CHECK(bench.take_event<ClientMessage>().topic == "tt");
    bench.answer(Publish{.topic_id_type = TopicIdType::predefined, .topic_id = TopicId{17}, .data = {}});
    const auto message = bench.take_event<ClientMessage>();
    CHECK(message.topic.empty());
    CHECK(message.topic_id_type == TopicIdType::predefined);
    CHECK(message.topic_id == TopicId{17});
}

TEST_CASE("MQTT-SN 1.2 §6.8: QoS -1 is not for gateways to send") {
    ClientBench bench;
    bench.become_active();
    bench.answer(
        Publish{.qos = QoS::minus_one, .topic_id_type = TopicIdType::predefined, .topic_id = TopicId{17}, .data = {}});
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_events().empty());
    CHECK(bench.client.ignored_received() == 1);
}

TEST_CASE("MQTT-SN 1.2 §6.6: a client that is not active takes no messages") {
    ClientBench bench;
    bench.answer(Publish{.qos = QoS::at_least_once,
                         .topic_id_type = TopicIdType::predefined,
                         .topic_id = TopicId{17},
                         .msg_id = MsgId{1},
                         .data = {}});
    bench.answer(PubRel{.msg_id = MsgId{1}});
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_events().empty());
    CHECK(bench.client.ignored_received() == 2);
}

TEST_CASE("MQTT-SN 1.2 §6.10: what is received does not disturb a publish that is running") {
    Subscriber bench;
    bench.publish_registered(TopicId{7});
    bench.pass(5s);
    bench.deliver(QoS::at_least_once, 4);
    CHECK(bench.take_sent() == "PUBACK");
    bench.take_event<ClientMessage>();
    bench.pass(5s);
    REQUIRE(bench.take_sent() == "PUBLISH");
    bench.answer_publish(ReturnCode::accepted);
    CHECK(bench.take_event<ClientPublished>().outcome == RequestOutcome::acknowledged);
}
