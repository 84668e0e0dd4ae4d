// Message expiry while a message waits: to the second, and the dead take no room from the living.

#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::QoS;

namespace {

void publish(Driver& driver, ConnectionId id, std::string_view topic, std::string_view payload, std::uint32_t interval,
             bool retain = false) {
    mqtt::PropertyBuilder properties;
    if (interval != 0) properties.number(PropertyId::message_expiry_interval, interval);
    mqtt::Publish packet;
    packet.topic = topic;
    packet.qos = QoS::at_least_once;
    packet.retain = retain;
    packet.packet_id = mqtt::PacketId{1};
    packet.payload = as_byte_view(payload);
    packet.properties = properties.view();
    driver.send(id, packet);
}

}  // namespace

TEST_CASE("[MQTT-3.3.2-5] [MQTT-3.3.2-6] the interval that is left is told, and ends exactly") {
    for (const auto& [waited, left] :
         {std::pair(Duration(1s), 9U), std::pair(Duration(8999ms), 2U), std::pair(Duration(9s), 1U),
          std::pair(Duration(9999ms), 1U), std::pair(Duration(10s), 0U)}) {
        Driver driver;
        const ConnectionId id = driver.connect_persistent("s");
        driver.subscribe(id, "x", QoS::at_least_once);
        driver.cut(id);
        publish(driver, driver.connect("p"), "x", "1", 10);
        driver.sleep(waited);
        const std::vector<Got> got = driver.take(driver.connect_persistent("s"), PacketType::publish);
        REQUIRE(got.size() == (left == 0 ? 0 : 1));
        if (left != 0) CHECK(got[0].properties().number(PropertyId::message_expiry_interval) == left);
    }
}

TEST_CASE("[MQTT-3.3.2-5] expired messages leave a full queue before anybody else does") {
    for (const QueuePolicy policy : {QueuePolicy::drop_newest, QueuePolicy::drop_oldest}) {
        Settings settings;
        settings.queue_limit_messages = 4;
        settings.queue_policy = policy;
        Driver driver(settings);
        const ConnectionId id = driver.connect_persistent("s");
        driver.subscribe(id, "x", QoS::at_least_once);
        driver.cut(id);
        const ConnectionId publisher = driver.connect("p");
        publish(driver, publisher, "x", "a", 0);
        publish(driver, publisher, "x", "b", 10);
        publish(driver, publisher, "x", "c", 20);
        publish(driver, publisher, "x", "d", 10);
        driver.sleep(10s);
        publish(driver, publisher, "x", "e", 0);
        publish(driver, publisher, "x", "f", 0);
        CHECK(driver.broker.queue_length("s") == 4);
        CHECK(driver.ledger.entry_count() == 4);
        const auto& dropped = driver.broker.counters().publish_dropped;
        CHECK(dropped[static_cast<std::size_t>(DropCause::expired)] == 2);
        CHECK(dropped[static_cast<std::size_t>(DropCause::queue_full_messages)] == 0);
        driver.sleep(10s);
        publish(driver, publisher, "x", "g", 0);
        CHECK(dropped[static_cast<std::size_t>(DropCause::expired)] == 3);
        CHECK(payloads(driver.take(driver.connect_persistent("s"))) == "aefg");
    }
}

TEST_CASE("[MQTT-3.3.2-5] what was sent does not expire: it is sent again until it is acknowledged") {
    Settings settings;
    settings.queue_limit_messages = 1;
    Driver driver(settings);
    const ConnectionId id = driver.connect_persistent("s");
    driver.subscribe(id, "x", QoS::at_least_once);
    const ConnectionId publisher = driver.connect("p");
    publish(driver, publisher, "x", "a", 10);
    driver.cut(id);
    driver.sleep(10s);
    publish(driver, publisher, "x", "b", 0);
    CHECK(payloads(driver.take(driver.connect_persistent("s"))) == "a");
}

TEST_CASE("[MQTT-3.3.2-5] expired retained messages give their room to others") {
    Settings settings;
    settings.retained_limit_messages = 2;
    Driver driver(settings);
    const ConnectionId publisher = driver.connect("p");
    publish(driver, publisher, "a", "1", 10, true);
    publish(driver, publisher, "b", "2", 0, true);
    publish(driver, publisher, "c", "3", 0, true);
    CHECK(driver.broker.counters().retained_refused == 1);
    driver.sleep(10s);
    publish(driver, publisher, "c", "3", 0, true);
    CHECK(driver.broker.counters().retained_refused == 1);
    CHECK(driver.broker.retained_count() == 2);
    CHECK(driver.ledger.retained_count() == 2);
    const ConnectionId reader = driver.connect("r");
    driver.subscribe(reader, "#", QoS::at_most_once);
    CHECK(payloads(driver.take(reader)) == "23");
}

TEST_CASE("[MQTT-3.3.2-5] [MQTT-3.1.2-23] every expiry ends at its instant, also when the broker was down meanwhile") {
    const auto wait = [](Driver& driver, bool restarts, Duration in_all) {
        if (restarts) driver.restart(10s);
        else driver.sleep(10s);
        driver.sleep(in_all - 10s);
    };
    for (const bool restarts : {false, true}) {
        for (const bool is_over : {false, true}) {
            const Duration early = is_over ? Duration::zero() : Duration(1);
            Driver queued;
            const ConnectionId id = queued.connect_persistent("s");
            queued.subscribe(id, "x", QoS::at_least_once);
            queued.cut(id);
            queued.sleep(1s);  // what came while it was there may have been sent, and does not expire any more
            publish(queued, queued.connect("p"), "x", "1", 50);
            wait(queued, restarts, 50s - early);
            CHECK(payloads(queued.take(queued.connect_persistent("s"))).empty() == is_over);

            Driver retained;
            publish(retained, retained.connect("p"), "x", "1", 50, true);
            wait(retained, restarts, 50s - early);
            const ConnectionId reader = retained.connect("r");
            retained.subscribe(reader, "x", QoS::at_least_once);
            CHECK(payloads(retained.take(reader)).empty() == is_over);

            Driver session;
            session.cut(session.connect("s", mqtt::ProtocolVersion::v5, false, 50));
            wait(session, restarts, 50s - early);
            CHECK(session.broker.session_count() == (is_over ? 0 : 1));
        }
    }
}
