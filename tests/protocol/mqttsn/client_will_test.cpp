#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

namespace {

Will offline() {
    const ByteView text = as_byte_view("offline");
    return {.topic = "s/1", .message = {text.begin(), text.end()}, .qos = QoS::at_least_once, .retain = true};
}

ClientSettings sensor_with_will() {
    ClientSettings settings = sensor();
    settings.will = offline();
    return settings;
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.2-6: a client with a will is asked for its topic and its message before CONNACK") {
    ClientBench bench(sensor_with_will());
    bench.client.connect(bench.now);
    REQUIRE(bench.take_sent() == "CONNECT");
    CHECK(bench.sent<Connect>().will);
    bench.answer(WillTopicReq{});
    REQUIRE(bench.take_sent() == "WILLTOPIC");
    CHECK(bench.sent<WillTopic>().topic == "s/1");
    CHECK(bench.sent<WillTopic>().qos == QoS::at_least_once);
    CHECK(bench.sent<WillTopic>().retain);
    bench.answer(WillMsgReq{});
    REQUIRE(bench.take_sent() == "WILLMSG");
    CHECK(as_text(bench.sent<WillMsg>().message) == "offline");
    CHECK(!bench.client.is_active());
    bench.answer(ConnAck{});
    bench.take_event<ClientConnected>();
    CHECK(bench.client.is_active());
}

TEST_CASE("MQTT-SN 1.2 §6.2-8: each message of the set-up is repeated by the client, not prompted by the gateway") {
    ClientBench bench(sensor_with_will());
    bench.client.connect(bench.now);
    bench.pass(20s);
    CHECK(bench.take_sent() == "CONNECT CONNECT CONNECT");
    bench.answer(WillTopicReq{});
    bench.pass(30s);
    CHECK(bench.take_sent() == "WILLTOPIC WILLTOPIC WILLTOPIC WILLTOPIC");
    bench.answer(WillMsgReq{});
    bench.pass(40s - 1ns);
    CHECK(bench.take_sent() == "WILLMSG WILLMSG WILLMSG WILLMSG");
    CHECK(bench.take_events().empty());
    bench.pass(1ns);
    CHECK(bench.take_event<ClientLost>().cause == ClientLost::Cause::no_answer);
    CHECK(bench.take_sent() == "CONNECT");  // from the start
    bench.answer(WillMsgReq{});             // a late one
    CHECK(bench.take_sent().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.3: a gateway that begins the set-up anew is followed") {
    ClientBench bench(sensor_with_will());
    bench.client.connect(bench.now);
    bench.answer(WillTopicReq{});
    bench.answer(WillMsgReq{});
    bench.answer(WillTopicReq{});  // it heard CONNECT twice
    bench.answer(WillMsgReq{});
    CHECK(bench.take_sent() == "CONNECT WILLTOPIC WILLMSG WILLTOPIC WILLMSG");
    bench.answer(ConnAck{});
    bench.take_event<ClientConnected>();
}

TEST_CASE("MQTT-SN 1.2 §6.3: a client without a will does not answer prompts") {
    ClientBench bench;
    bench.client.connect(bench.now);
    bench.take_sent();
    bench.answer(WillTopicReq{});
    bench.answer(WillMsgReq{});
    CHECK(bench.take_sent().empty());
    CHECK(bench.client.ignored_received() == 2);
}

TEST_CASE("MQTT-SN 1.2 §6.4-1: a changed will is told by WILLTOPICUPD and WILLMSGUPD, and by the next CONNECT") {
    ClientBench bench;
    bench.become_active();
    bench.client.change_will(offline(), bench.now);
    CHECK(!bench.client.can_request());
    REQUIRE(bench.take_sent() == "WILLTOPICUPD");
    CHECK(bench.sent<WillTopicUpd>().topic == "s/1");
    CHECK(bench.sent<WillTopicUpd>().qos == QoS::at_least_once);
    CHECK(bench.sent<WillTopicUpd>().retain);
    bench.pass(10s);
    CHECK(bench.take_sent() == "WILLTOPICUPD");
    bench.answer(WillMsgResp{});  // to nothing
    bench.answer(WillTopicResp{});
    REQUIRE(bench.take_sent() == "WILLMSGUPD");
    CHECK(as_text(bench.sent<WillMsgUpd>().message) == "offline");
    bench.answer(WillMsgResp{});
    CHECK(bench.take_event<ClientWillChanged>().outcome == RequestOutcome::acknowledged);
    CHECK(bench.client.ignored_received() == 1);
    bench.answer(Disconnect{});
    REQUIRE(bench.take_sent() == "CONNECT");
    CHECK(bench.sent<Connect>().will);
}

TEST_CASE("MQTT-SN 1.2 §6.4-2: an empty WILLTOPICUPD deletes topic and message") {
    ClientBench bench(sensor_with_will());
    bench.client.connect(bench.now);
    bench.answer(ConnAck{});
    bench.take_sent();
    bench.take_event<ClientConnected>();
    bench.client.delete_will(bench.now);
    REQUIRE(bench.take_sent() == "WILLTOPICUPD");
    CHECK(bench.sent<WillTopicUpd>().topic.empty());
    bench.answer(WillTopicResp{});
    CHECK(bench.take_event<ClientWillChanged>().outcome == RequestOutcome::acknowledged);
    bench.answer(Disconnect{});
    REQUIRE(bench.take_sent() == "CONNECT");
    CHECK(!bench.sent<Connect>().will);
}

TEST_CASE("MQTT-SN 1.2 §6.4-3: a will update is refused, postponed, or not answered") {
    ClientBench bench;
    bench.become_active();
    bench.client.change_will(offline(), bench.now);
    bench.take_sent();
    SUBCASE("refused") {
        bench.answer(WillTopicResp{.return_code = ReturnCode::not_supported});
        const auto changed = bench.take_event<ClientWillChanged>();
        CHECK(changed.outcome == RequestOutcome::rejected);
        CHECK(changed.return_code == ReturnCode::not_supported);
        CHECK(bench.client.can_request());
    }
    SUBCASE("congestion: again after Twait") {
        bench.answer(WillTopicResp{.return_code = ReturnCode::congestion});
        bench.answer(WillTopicResp{});  // of a copy: comes too early
        CHECK(bench.take_sent().empty());
        for (int minute = 0; minute < 5; ++minute) {
            bench.pass(1min);
            bench.answer(PingResp{});
        }
        CHECK(bench.take_sent() == "PINGREQ PINGREQ PINGREQ PINGREQ WILLTOPICUPD");
    }
    SUBCASE("no answer: told once, before the connection is lost") {
        bench.pass(40s);
        CHECK(bench.take_sent() == "WILLTOPICUPD WILLTOPICUPD WILLTOPICUPD CONNECT");
        const auto events = bench.take_events();
        REQUIRE(events.size() == 2);
        CHECK(std::get<ClientWillChanged>(events[0]).outcome == RequestOutcome::gave_up);
        CHECK(std::holds_alternative<ClientLost>(events[1]));
    }
}
