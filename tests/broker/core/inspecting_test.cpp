// What an operator sees and does.

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

TEST_CASE("inspecting: pages go through the table of sessions, and skip what has ended") {
    Driver driver;
    for (int number = 0; number < 10; ++number) driver.connect_persistent("client-" + std::to_string(number));
    CHECK(driver.broker.delete_session("client-3", driver.now));
    std::vector<std::string> seen;
    std::uint64_t from = 0;
    for (;;) {
        const Page<SessionView> page = driver.broker.sessions(from, 4);
        for (const SessionView& view : page.rows) seen.push_back(view.session->client_id);
        if (!page.next) break;
        from = *page.next;
    }
    CHECK(seen.size() == 9);
    CHECK(driver.broker.sessions(1000, 4).rows.empty());
    CHECK_FALSE(driver.broker.sessions(1000, 4).next);
}

TEST_CASE("inspecting: retained messages by topic, without $SYS being in the way") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    mqtt::Publish publish;
    publish.retain = true;
    publish.payload = as_byte_view("12345");
    for (const std::string_view topic : {"b", "c", "a/1"}) {
        publish.topic = topic;
        driver.send(id, publish);
    }
    const std::vector<RetainedView> first = driver.broker.retained_after("", 2);
    REQUIRE(first.size() == 2);
    CHECK(first[0].topic == "a/1");
    CHECK(first[0].payload_bytes == 5);
    CHECK(first[1].topic == "b");
    const std::vector<RetainedView> rest = driver.broker.retained_after("b", 2);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].topic == "c");
}

TEST_CASE("inspecting: an operator disconnects a client, which is told so in 5.0, and its session stays") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect_persistent("a", version);
        driver.take(id);
        CHECK(driver.broker.disconnect("a", driver.now));
        driver.round();
        CHECK(driver.closed(id) == CloseCause::operator_request);
        const std::vector<Got> got = driver.take(id);
        if (version == ProtocolVersion::v5) {
            REQUIRE(got.size() == 1);
            CHECK(got[0].reason == ReasonCode::administrative_action);
        } else {
            CHECK(got.empty());
        }
        CHECK(driver.broker.session_count() == 1);
        CHECK_FALSE(driver.broker.disconnect("a", driver.now));
        CHECK_FALSE(driver.broker.disconnect("nobody", driver.now));
    }
}

TEST_CASE("inspecting: an operator deletes a session, connected or not, also from the store") {
    Driver driver;
    const ConnectionId id = driver.connect_persistent("here");
    driver.cut(driver.connect_persistent("away"));
    CHECK(driver.broker.delete_session("here", driver.now));
    CHECK(driver.broker.delete_session("away", driver.now));
    CHECK_FALSE(driver.broker.delete_session("away", driver.now));
    driver.round();
    CHECK(driver.closed(id) == CloseCause::operator_request);
    CHECK(driver.broker.session_count() == 0);
    driver.restart();
    CHECK(driver.broker.session_count() == 0);
}

TEST_CASE("gauges: messages count once however many queues hold them, and are gone when acknowledged") {
    Driver driver;
    std::vector<ConnectionId> receivers;
    for (int number = 0; number < 5; ++number) {
        receivers.push_back(driver.connect_persistent("r" + std::to_string(number)));
        driver.subscribe(receivers.back(), "t", QoS::at_least_once);
        driver.cut(receivers.back());
    }
    const ConnectionId publisher = driver.connect("p");
    for (std::uint16_t id = 1; id <= 3; ++id) driver.publish(publisher, "t", "payload", QoS::at_least_once, id);
    Gauges gauges = driver.broker.gauges();
    CHECK(gauges.messages == 3);
    CHECK(gauges.queued_messages == 15);
    CHECK(gauges.queued_bytes == 5 * gauges.message_bytes);
    CHECK(gauges.memory > gauges.message_bytes);
    for (int number = 0; number < 5; ++number) {
        const ConnectionId id = driver.connect_persistent("r" + std::to_string(number));
        for (const Got& got : driver.take(id, PacketType::publish)) driver.acknowledge(id, got.id);
    }
    gauges = driver.broker.gauges();
    CHECK(gauges.messages == 0);
    CHECK(gauges.message_bytes == 0);
    CHECK(gauges.queued_messages == 0);
    CHECK(gauges.queued_bytes == 0);
}

TEST_CASE("gauges: a session that ends takes its queue with it") {
    Driver driver;
    const ConnectionId receiver = driver.connect_persistent("r");
    driver.subscribe(receiver, "t", QoS::at_least_once);
    driver.cut(receiver);
    const ConnectionId publisher = driver.connect("p");
    for (std::uint16_t id = 1; id <= 30; ++id) driver.publish(publisher, "t", "payload", QoS::at_least_once, id);
    driver.broker.delete_session("r", driver.now);
    driver.round();
    const Gauges gauges = driver.broker.gauges();
    CHECK(gauges.queued_messages == 0);
    CHECK(gauges.messages == 0);
    CHECK(gauges.subscriptions == 0);
}

TEST_CASE("gauges: octets for sockets are counted until the sockets take them, and go with the connection") {
    Driver driver;
    const ConnectionId reader = driver.connect("r");
    driver.subscribe(reader, "t", QoS::at_most_once);
    CHECK(driver.broker.gauges().output_bytes == 0);
    driver.set_stuck(reader, true);
    const ConnectionId publisher = driver.connect("p");
    for (int count = 0; count < 100; ++count) driver.publish(publisher, "t", std::string(1000, 'x'));
    CHECK(driver.broker.gauges().output_bytes > 100'000);
    driver.cut(reader);
    CHECK(driver.broker.gauges().output_bytes == 0);
}

TEST_CASE("gauges: connections by listener") {
    Driver driver;
    const ConnectionId first = driver.open();
    driver.open();
    REQUIRE(driver.broker.listeners().size() == 1);
    CHECK(driver.broker.listeners()[0].open == 2);
    driver.cut(first);
    CHECK(driver.broker.listeners()[0].url == "mqtt://127.0.0.1:1883");
    CHECK(driver.broker.listeners()[0].open == 1);
    CHECK(driver.broker.listeners()[0].opened == 2);
}
