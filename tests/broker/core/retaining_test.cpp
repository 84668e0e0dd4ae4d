#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::RetainHandling;

namespace {

void retain(Driver& driver, ConnectionId id, std::string_view topic, std::string_view payload,
            QoS qos = QoS::at_most_once, std::uint32_t expiry = 0) {
    mqtt::PropertyBuilder properties;
    mqtt::Publish packet;
    packet.topic = topic;
    packet.payload = as_byte_view(payload);
    packet.retain = true;
    packet.qos = qos;
    if (qos != QoS::at_most_once) packet.packet_id = mqtt::PacketId{1};
    if (expiry != 0) packet.properties = properties.number(mqtt::PropertyId::message_expiry_interval, expiry).view();
    driver.send(id, packet);
}

void subscribe(Driver& driver, ConnectionId id, std::string_view filter, mqtt::SubscriptionOptions options) {
    std::string payload{'\0', static_cast<char>(filter.size())};
    payload += filter;
    payload += static_cast<char>(static_cast<int>(options.qos) | (options.retain_as_published ? 8 : 0) |
                                 static_cast<int>(options.retain_handling) << 4);
    mqtt::Subscribe packet;
    packet.packet_id = mqtt::PacketId{1};
    packet.requests = {as_byte_view(payload), mqtt::SubscriptionRequests::Kind::subscribe};
    driver.send(id, packet);
}

/// "topic=payload" of each PUBLISH, with "!" where RETAIN is set.
std::string seen(const std::vector<Got>& messages) {
    std::string all;
    for (const Got& got : messages) {
        if (got.type == PacketType::publish) all += got.topic + "=" + got.payload + (got.retain ? "! " : " ");
    }
    return all;
}

}  // namespace

TEST_CASE(
    "[MQTT-3.3.1-5] [MQTT-3.3.1-9] 3.1.1 [MQTT-3.3.1-5] 3.1.1 [MQTT-3.3.1-6] a new subscription gets the last retained "
    "message of each topic that it matches") {
    for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
        Driver driver;
        const ConnectionId publisher = driver.connect("p", version);
        retain(driver, publisher, "s/2", "old");
        retain(driver, publisher, "s/2", "new");
        retain(driver, publisher, "s/1", "1", QoS::at_least_once);
        retain(driver, publisher, "s", "0");
        retain(driver, publisher, "t", "other");
        driver.publish(publisher, "s/2", "not retained");  // [MQTT-3.3.1-8]
        const ConnectionId id = driver.connect("a", version);
        driver.subscribe(id, "s/#", QoS::at_least_once);
        const std::vector<Got> got = driver.take(id);
        CHECK(seen(got) == "s=0! s/1=1! s/2=new! ");
        CHECK(driver.broker.retained_count() == 4);
    }
}

TEST_CASE("[MQTT-3.3.1-6] [MQTT-3.3.1-7] an empty retained message is delivered and empties its topic") {
    Driver driver;
    const ConnectionId publisher = driver.connect("p");
    const ConnectionId present = driver.connect("b");
    driver.subscribe(present, "x", QoS::at_most_once);
    retain(driver, publisher, "x", "1");
    retain(driver, publisher, "x", "");
    CHECK(seen(driver.take(present)) == "x=1 x= ");
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "x", QoS::at_most_once);
    CHECK(seen(driver.take(id)).empty());
    CHECK(driver.broker.retained_count() == 0);
    CHECK(driver.ledger.retained_count() == 0);
}

TEST_CASE("[MQTT-3.3.1-12] [MQTT-3.3.1-13] RETAIN is forwarded to subscriptions that ask for it") {
    Driver driver;
    const ConnectionId plain = driver.connect("a");
    const ConnectionId published = driver.connect("b");
    subscribe(driver, plain, "x", {QoS::at_least_once, false, false, {}});
    subscribe(driver, published, "x", {QoS::at_least_once, false, true, {}});
    const ConnectionId publisher = driver.connect("p");
    retain(driver, publisher, "x", "1", QoS::at_least_once);
    driver.publish(publisher, "x", "2", QoS::at_least_once);
    CHECK(seen(driver.take(plain)) == "x=1 x=2 ");
    CHECK(seen(driver.take(published)) == "x=1! x=2 ");
}

TEST_CASE("[MQTT-3.3.1-10] [MQTT-3.3.1-11] Retain Handling says whether a subscription wants retained messages") {
    Driver driver;
    retain(driver, driver.connect("p"), "x", "1");
    const ConnectionId id = driver.connect("a");
    subscribe(driver, id, "x", {QoS::at_most_once, false, false, RetainHandling::do_not_send});
    CHECK(seen(driver.take(id)).empty());
    subscribe(driver, id, "x", {QoS::at_most_once, false, false, RetainHandling::send_if_new});
    CHECK(seen(driver.take(id)).empty());
    subscribe(driver, id, "x", {QoS::at_most_once, false, false, RetainHandling::send});
    CHECK(seen(driver.take(id)) == "x=1! ");
    subscribe(driver, id, "+", {QoS::at_most_once, false, false, RetainHandling::send_if_new});
    CHECK(seen(driver.take(id)) == "x=1! ");
}

TEST_CASE("§3.3.2.3.3 a retained message expires") {
    Driver driver;
    retain(driver, driver.connect("p"), "x", "1", QoS::at_least_once, 10);
    driver.sleep(9999ms);
    const ConnectionId early = driver.connect("a");
    driver.subscribe(early, "x", QoS::at_most_once);
    CHECK(seen(driver.take(early)) == "x=1! ");
    driver.sleep(1ms);
    const ConnectionId late = driver.connect("b");
    driver.subscribe(late, "x", QoS::at_most_once);
    CHECK(seen(driver.take(late)).empty());
    CHECK(driver.ledger.retained_count() == 0);
}

TEST_CASE("a retained message is acknowledged when it is stored, and is there after a crash") {
    Driver driver;
    const ConnectionId publisher = driver.connect("p");
    driver.take(publisher);
    driver.store_works = false;
    retain(driver, publisher, "x", "1", QoS::at_least_once);
    CHECK(driver.take(publisher).empty());
    driver.store_now();
    CHECK(driver.take(publisher).size() == 1);
    driver.restart();
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "#", QoS::at_least_once);
    const std::vector<Got> got = driver.take(id, PacketType::publish);
    CHECK(seen(got) == "x=1! ");
    CHECK(got.at(0).qos == QoS::at_least_once);
}

TEST_CASE("topics beyond the limit are routed but not retained, and counted") {
    Settings settings;
    settings.retained_limit_messages = 1;
    Driver driver(settings);
    const ConnectionId publisher = driver.connect("p");
    const ConnectionId present = driver.connect("b");
    driver.subscribe(present, "#", QoS::at_most_once);
    driver.take(present);
    retain(driver, publisher, "x", "1");
    retain(driver, publisher, "y", "2");
    retain(driver, publisher, "x", "3");
    CHECK(seen(driver.take(present)) == "x=1 y=2 x=3 ");
    CHECK(driver.broker.retained_count() == 1);
    CHECK(driver.broker.counters().retained_refused == 1);
}

TEST_CASE("[MQTT-4.7.2-1] wildcards find no retained message of a topic that begins with $") {
    Driver driver;
    const ConnectionId publisher = driver.connect("p");
    retain(driver, publisher, "$x/1", "1");
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "#", QoS::at_most_once);
    driver.subscribe(id, "+/1", QoS::at_most_once);
    CHECK(seen(driver.take(id)).empty());
    driver.subscribe(id, "$x/#", QoS::at_most_once);
    CHECK(seen(driver.take(id)) == "$x/1=1! ");
}
