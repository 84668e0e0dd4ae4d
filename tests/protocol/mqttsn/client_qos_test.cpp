// Publishing with the other qualities of service, and to topics that need no registration.

#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;

namespace {

constexpr Topic predefined = Topic::predefined(TopicId{17});
constexpr Topic short_name = Topic::short_name("tt");
const ByteView data = as_byte_view("42");

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.7-1, §6.7-2: predefined ids and short names are published to without REGISTER") {
    ClientBench bench;
    bench.become_active();
    bench.client.publish(predefined, QoS::at_least_once, data, false, bench.now);
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().topic_id_type == TopicIdType::predefined);
    CHECK(bench.sent<Publish>().topic_id == TopicId{17});
    bench.answer_publish(ReturnCode::accepted);
    bench.client.publish(short_name, QoS::at_least_once, data, false, bench.now);
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().topic_id_type == TopicIdType::short_name);
    CHECK(short_name_of(bench.sent<Publish>().topic_id) == std::array{'t', 't'});
}

TEST_CASE("MQTT-SN 1.2 §6.7-3: a predefined id that the gateway does not know cannot be registered") {
    ClientBench bench;
    bench.become_active();
    bench.publish_registered(TopicId{17});
    bench.answer_publish(ReturnCode::accepted);
    bench.take_event<ClientPublished>();
    bench.client.publish(predefined, QoS::at_least_once, data, false, bench.now);
    bench.take_sent();
    bench.answer_publish(ReturnCode::invalid_topic_id);
    const auto published = bench.take_event<ClientPublished>();
    CHECK(published.outcome == RequestOutcome::rejected);
    CHECK(published.return_code == ReturnCode::invalid_topic_id);
    bench.publish();  // the registered 17 is another one (§6.5)
    CHECK(bench.take_sent() == "PUBLISH");
}

TEST_CASE("MQTT-SN 1.2 §6.6-1, §5.3.7-2: QoS 0 is sent once, with MsgId zero, and nothing is awaited") {
    ClientBench bench;
    bench.become_active();
    bench.client.publish(predefined, QoS::at_most_once, data, true, bench.now);
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().qos == QoS::at_most_once);
    CHECK(bench.sent<Publish>().msg_id == MsgId{0});
    CHECK(bench.sent<Publish>().retain);
    const auto published = bench.take_event<ClientPublished>();
    CHECK(published.outcome == RequestOutcome::sent);
    CHECK(published.publishes_sent == 1);
    CHECK(bench.client.can_publish());
    bench.pass(60s - 1ns);
    CHECK(bench.take_sent().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.5: QoS 0 on a new name is registered first") {
    ClientSettings settings = sensor();
    settings.keep_alive = 600s;
    ClientBench bench(settings);
    bench.become_active();
    bench.client.publish(Topic::named("a/b"), QoS::at_most_once, data, false, bench.now);
    REQUIRE(bench.take_sent() == "REGISTER");
    CHECK(bench.take_events().empty());
    bench.pass(10s);
    REQUIRE(bench.take_sent() == "REGISTER");
    bench.answer(RegAck{.topic_id = TopicId{7}, .msg_id = bench.sent<Register>().msg_id, .return_code = {}});
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.take_event<ClientPublished>().outcome == RequestOutcome::sent);
    bench.pass(50s);
    CHECK(bench.take_sent().empty());

    SUBCASE("PUBACK \"invalid topic id\" comes for QoS 0 too: the next publish registers again") {
        bench.answer(PubAck{.topic_id = TopicId{7}, .msg_id = {}, .return_code = ReturnCode::invalid_topic_id});
        bench.publish();
        CHECK(bench.take_sent() == "REGISTER");
    }
    SUBCASE("PUBACK \"congestion\" comes for QoS 0 too: nothing is published for Twait") {
        bench.answer(PubAck{.topic_id = TopicId{7}, .msg_id = {}, .return_code = ReturnCode::congestion});
        CHECK(!bench.client.can_publish());
        bench.pass(5min - 1ns);
        CHECK(!bench.client.can_publish());
        bench.pass(1ns);
        CHECK(bench.client.can_publish());
    }
}

TEST_CASE("MQTT-SN 1.2 §6.8-1: QoS -1 needs no connection, and changes nothing in the one that there may be") {
    ClientBench bench;
    SUBCASE("disconnected") {
        bench.client.publish_without_connection(predefined, data, false, bench.now);
        CHECK(!bench.client.next_deadline());
    }
    SUBCASE("active") {
        bench.become_active();
        bench.pass(30s);
        bench.client.publish_without_connection(predefined, data, false, bench.now);
        CHECK(bench.client.can_publish());
        CHECK(bench.client.next_deadline() == Instant{} + 60s);  // of the PINGREQ
    }
    REQUIRE(bench.take_sent() == "PUBLISH");
    CHECK(bench.sent<Publish>().qos == QoS::minus_one);
    CHECK(bench.sent<Publish>().msg_id == MsgId{0});
    CHECK(bench.sent<Publish>().topic_id == TopicId{17});
    CHECK(bench.take_events().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.6-3: QoS 2 is PUBLISH, PUBREC, PUBREL, PUBCOMP under one MsgId") {
    ClientBench bench;
    bench.become_active();
    bench.client.publish(predefined, QoS::exactly_once, data, false, bench.now);
    REQUIRE(bench.take_sent() == "PUBLISH");
    const MsgId msg_id = bench.sent<Publish>().msg_id;
    CHECK(bench.sent<Publish>().qos == QoS::exactly_once);
    bench.answer(PubRec{.msg_id = msg_id});
    REQUIRE(bench.take_sent() == "PUBREL");
    CHECK(bench.sent<PubRel>().msg_id == msg_id);
    CHECK(bench.take_events().empty());
    bench.answer(PubComp{.msg_id = msg_id});
    CHECK(bench.take_event<ClientPublished>().outcome == RequestOutcome::acknowledged);
    CHECK(bench.client.can_publish());
}

TEST_CASE("MQTT-SN 1.2 §6.13-1: PUBLISH and PUBREL each have Nretry repetitions") {
    ClientBench bench;
    bench.become_active();
    bench.client.publish(predefined, QoS::exactly_once, data, false, bench.now);
    bench.pass(39s);
    CHECK(bench.take_sent() == "PUBLISH PUBLISH PUBLISH PUBLISH");
    const MsgId msg_id = bench.sent<Publish>().msg_id;
    CHECK(bench.sent<Publish>(3).dup);
    bench.answer(PubRec{.msg_id = msg_id});
    bench.answer(PubRec{.msg_id = msg_id});  // to another copy
    bench.pass(40s - 1ns);
    CHECK(bench.take_sent() == "PUBREL PUBREL PUBREL PUBREL");
    CHECK(bench.take_events().empty());
    bench.pass(1ns);
    const auto events = bench.take_events();
    REQUIRE(events.size() == 2);
    CHECK(std::get<ClientPublished>(events[0]).outcome == RequestOutcome::gave_up);
    CHECK(std::get<ClientPublished>(events[0]).publishes_sent == 4);
    CHECK(std::get<ClientLost>(events[1]).cause == ClientLost::Cause::no_answer);
}

TEST_CASE("MQTT-SN 1.2 §6.6-4: QoS 2 is refused by PUBACK in the place of PUBREC") {
    ClientBench bench;
    bench.become_active();
    bench.client.publish(predefined, QoS::exactly_once, data, false, bench.now);
    bench.take_sent();
    SUBCASE("not supported") {
        bench.answer_publish(ReturnCode::not_supported);
        CHECK(bench.take_event<ClientPublished>().outcome == RequestOutcome::rejected);
    }
    SUBCASE("an accepting PUBACK is no answer to QoS 2") {
        bench.answer_publish(ReturnCode::accepted);
        CHECK(bench.take_events().empty());
        CHECK(bench.client.ignored_received() == 1);
    }
    SUBCASE("congestion, but another copy was received") {
        bench.answer_publish(ReturnCode::congestion);
        bench.answer(PubRec{.msg_id = bench.sent<Publish>().msg_id});
        CHECK(bench.take_sent() == "PUBREL");
        bench.pass(40s - 1ns);
        CHECK(bench.take_sent() == "PUBREL PUBREL PUBREL");
    }
}

TEST_CASE("MQTT-SN 1.2 §6.6: PUBREC and PUBCOMP that answer nothing are ignored") {
    ClientBench bench;
    bench.become_active();
    bench.client.publish(predefined, QoS::exactly_once, data, false, bench.now);
    bench.take_sent();
    const MsgId msg_id = bench.sent<Publish>().msg_id;
    bench.answer(PubComp{.msg_id = msg_id});  // before PUBREC
    bench.answer(PubRec{.msg_id = MsgId{999}});
    CHECK(bench.client.ignored_received() == 2);
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_events().empty());
}
