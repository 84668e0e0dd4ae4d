#include "protocol/mqttsn/client.hpp"

#include <doctest/doctest.h>

#include "tests/protocol/mqttsn/client_bench.hpp"
#include "tests/protocol/mqttsn/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using test::from_hex;
using namespace std::chrono_literals;

TEST_CASE("MQTT-SN 1.2 §6.11-1: PINGREQ leaves when nothing else was sent for the keep-alive interval") {
    ClientBench bench;
    bench.become_active();
    bench.pass(60s - 1ns);
    CHECK(bench.take_sent().empty());
    bench.pass(1ns);
    CHECK(bench.take_sent() == "PINGREQ");
    CHECK(bench.sent<PingReq>().client_id.empty());
    bench.answer(PingResp{});
    bench.pass(60s);
    CHECK(bench.take_sent() == "PINGREQ");
}

TEST_CASE("MQTT-SN 1.2 §6.11-1: whatever is sent takes the place of the next PINGREQ") {
    ClientBench bench;
    bench.become_active();
    bench.pass(50s);
    bench.publish_registered();
    bench.answer_publish(ReturnCode::accepted);
    bench.pass(60s - 1ns);
    CHECK(bench.take_sent().empty());
    bench.pass(1ns);
    CHECK(bench.take_sent() == "PINGREQ");
}

TEST_CASE("a client that is never silent pings when the gateway has been for the keep-alive interval") {
    ClientBench bench;
    bench.become_active();
    const auto publish_for = [&](Duration time) {
        for (Duration passed{}; passed < time; passed += 10s) {
            bench.client.publish(Topic::short_name("ab"), QoS::at_most_once, {}, false, bench.now);
            bench.take_events();
            CHECK(bench.take_sent() == "PUBLISH");
            bench.pass(10s - 1ns);
            CHECK(bench.take_sent().empty());
            bench.pass(1ns);
        }
    };
    publish_for(60s);
    CHECK(bench.take_sent() == "PINGREQ");
    SUBCASE("and is answered") {
        bench.answer(PingResp{});
        publish_for(60s);
        CHECK(bench.take_sent() == "PINGREQ");
    }
    SUBCASE("and is not: the connection is broken") {
        bench.client.publish(Topic::short_name("ab"), QoS::at_most_once, {}, false, bench.now);
        bench.take_events();
        bench.pass(40s);
        bench.take_event<ClientLost>();
    }
}

TEST_CASE("MQTT-SN 1.2 §6.13-2: PINGREQ without an answer is repeated, then the connection is broken") {
    ClientBench bench;
    bench.become_active();
    bench.pass(60s + 40s - 1ns);
    CHECK(bench.take_sent() == "PINGREQ PINGREQ PINGREQ PINGREQ");
    CHECK(bench.take_events().empty());
    bench.pass(1ns);
    CHECK(bench.take_event<ClientLost>().cause == ClientLost::Cause::no_answer);
    CHECK(bench.take_sent() == "CONNECT");
}

TEST_CASE("MQTT-SN 1.2 §6.11-6: a keep-alive of zero means no PINGREQ") {
    ClientSettings settings = sensor();
    settings.keep_alive = 0s;
    ClientBench bench(settings);
    bench.become_active();
    CHECK(!bench.client.next_deadline());
}

TEST_CASE("MQTT-SN 1.2 §6.11: PINGREQ within a publish is sent once, and does not shorten the publish's retries") {
    ClientSettings settings = sensor();
    settings.keep_alive = 4s;
    ClientBench bench(settings);
    bench.become_active();
    bench.publish_registered();
    bench.pass(40s - 1ns);
    CHECK(bench.take_sent() ==
          "PINGREQ PINGREQ PUBLISH PINGREQ PINGREQ PUBLISH PINGREQ PINGREQ PUBLISH PINGREQ PINGREQ");
    CHECK(bench.take_events().empty());
    bench.answer_publish(ReturnCode::accepted);
    CHECK(bench.take_event<ClientPublished>().publishes_sent == 4);
}

TEST_CASE("MQTT-SN 1.2 §6.13: a publish takes over the watch from a PINGREQ that is being repeated") {
    ClientBench bench;
    bench.become_active();
    bench.pass(60s + 35s);  // four PINGREQ out, the fifth of a second away
    bench.take_sent();
    bench.publish_registered();
    bench.pass(39s);
    CHECK(bench.take_sent() == "PUBLISH PUBLISH PUBLISH");
    CHECK(bench.take_events().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.11-5: the gateway's PINGREQ is answered by an active client") {
    ClientBench bench;
    bench.answer(PingReq{});
    CHECK(bench.take_sent().empty());
    CHECK(bench.client.ignored_received() == 1);
    bench.become_active();
    bench.answer(PingReq{});
    CHECK(bench.take_sent() == "PINGRESP");
}

TEST_CASE("MQTT-SN 1.2 §5.2: malformed datagrams are counted and change nothing") {
    ClientBench bench;
    bench.become_active();
    bench.client.received(from_hex("03 17"), bench.now);
    bench.client.received({}, bench.now);
    CHECK(bench.client.malformed_received() == 2);
    CHECK(bench.client.is_active());
    CHECK(bench.take_sent().empty());
}

TEST_CASE("MQTT-SN 1.2 §6.1-4: what the role takes no part in is counted and changes nothing") {
    ClientBench bench;
    bench.become_active();
    bench.answer(Advertise{.gateway = GwId{1}, .duration_seconds = 900});
    bench.answer(WillTopicReq{});
    bench.answer(PubRec{.msg_id = MsgId{1}});
    bench.answer(ConnAck{});   // late
    bench.answer(PingResp{});  // late
    CHECK(bench.client.ignored_received() == 5);
    CHECK(bench.client.is_active());
    CHECK(bench.take_sent().empty());
    CHECK(bench.take_events().empty());
}

TEST_CASE("a sensor that waits costs some hundred bytes") { CHECK(sizeof(Client) <= 416); }
