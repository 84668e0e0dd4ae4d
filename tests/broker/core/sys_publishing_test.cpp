// $SYS: what the broker says about itself.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::QoS;

namespace {

Settings with_sys() {
    Settings settings;
    settings.sys_interval = 10s;
    settings.version = "trunkline-broker version 1.2.3";
    return settings;
}

/// What came below $SYS/broker, by the rest of its topic.
std::map<std::string, std::string> sys_values(const std::vector<Got>& packets) {
    std::map<std::string, std::string> values;
    for (const Got& got : packets) {
        if (got.topic.starts_with("$SYS/broker/")) values[got.topic.substr(12)] = got.payload;
    }
    return values;
}

}  // namespace

TEST_CASE("$SYS: a subscriber finds every value retained, under Mosquitto's names") {
    Driver driver(with_sys());
    driver.sleep(0s);
    const ConnectionId id = driver.connect("watcher");
    driver.take(id);
    driver.subscribe(id, "$SYS/#", QoS::at_least_once);
    const std::vector<Got> got = driver.take(id, PacketType::publish);
    CHECK(std::all_of(got.begin(), got.end(), [](const Got& one) { return one.retain && one.qos == QoS{}; }));
    const auto values = sys_values(got);
    CHECK(values.at("version") == "trunkline-broker version 1.2.3");
    CHECK(values.at("durability") == "memory");
    CHECK(values.at("uptime") == "0 seconds");
    CHECK(values.at("clients/connected") == "0");  // as it was when it was published
    CHECK(values.at("retained messages/count") == "0");
    CHECK(values.at("load/messages/received/15min") == "0.00");
    for (const std::string name : {"bytes/received",
                                   "bytes/sent",
                                   "clients/total",
                                   "clients/disconnected",
                                   "clients/maximum",
                                   "clients/expired",
                                   "clients/active",
                                   "clients/inactive",
                                   "connections/socket/count",
                                   "heap/current",
                                   "heap/maximum",
                                   "messages/received",
                                   "messages/sent",
                                   "messages/stored",
                                   "packet/out/bytes",
                                   "publish/bytes/received",
                                   "publish/bytes/sent",
                                   "publish/messages/received",
                                   "publish/messages/sent",
                                   "publish/messages/dropped",
                                   "store/messages/count",
                                   "store/messages/bytes",
                                   "subscriptions/count",
                                   "shared_subscriptions/count"})
        CHECK_MESSAGE(values.contains(name), name);
    for (const std::string name : {"messages/received", "messages/sent", "publish/received", "publish/sent",
                                   "publish/dropped", "bytes/received", "bytes/sent", "sockets", "connections"}) {
        for (const std::string span : {"1min", "5min", "15min"})
            CHECK_MESSAGE(values.contains("load/" + name + "/" + span), name);
    }
}

TEST_CASE("$SYS: only what has changed is published again, as a live message, once per interval") {
    Driver driver(with_sys());
    driver.sleep(0s);
    const ConnectionId id = driver.connect("watcher");
    driver.subscribe(id, "$SYS/broker/clients/+", QoS::at_most_once);
    driver.subscribe(id, "$SYS/broker/version", QoS::at_most_once);
    driver.take(id);
    driver.sleep(9s);
    CHECK(driver.take(id).empty());
    driver.sleep(1s);
    const std::vector<Got> got = driver.take(id, PacketType::publish);
    const auto values = sys_values(got);
    CHECK(values.at("clients/connected") == "1");
    CHECK(values.at("clients/total") == "1");
    CHECK_FALSE(values.contains("clients/expired"));
    CHECK_FALSE(values.contains("version"));
    CHECK_FALSE(got[0].retain);  // [MQTT-3.3.1-12]
    driver.sleep(10s);
    CHECK(driver.take(id).empty());
}

TEST_CASE("$SYS: counters, gauges and load averages say what has happened") {
    Driver driver(with_sys());
    driver.sleep(0s);
    const ConnectionId watcher = driver.connect("watcher");
    driver.subscribe(watcher, "$SYS/broker/#", QoS::at_most_once);
    const ConnectionId other = driver.connect("other");
    driver.subscribe(other, "a/+", QoS::at_most_once);
    driver.subscribe(other, "$share/g/b", QoS::at_most_once);
    driver.take(watcher);
    driver.publish(other, "a/b", "12345");
    driver.sleep(10s);
    const auto values = sys_values(driver.take(watcher));
    CHECK(values.at("publish/messages/received") == "1");
    CHECK(values.at("publish/bytes/received") == "5");
    CHECK(values.at("messages/received") == "6");  // CONNECT, SUBSCRIBE; the same, SUBSCRIBE, PUBLISH
    CHECK(values.at("subscriptions/count") == "3");
    CHECK(values.at("shared_subscriptions/count") == "1");
    CHECK(values.at("clients/maximum") == "2");
    CHECK(values.at("load/publish/received/1min") == "0.92");  // 6 a minute, for a sixth of one: 6 (1 - e^(-1/6))
    CHECK(values.at("load/connections/1min") == "1.84");
}

TEST_CASE("[MQTT-4.7.2-1] $SYS: a subscription to # or + does not see it") {
    Driver driver(with_sys());
    driver.sleep(0s);
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "#", QoS::at_most_once);
    driver.subscribe(id, "+/broker/#", QoS::at_most_once);
    driver.sleep(10s);
    CHECK(driver.take(id, PacketType::publish).empty());
}

TEST_CASE("$SYS: nothing of it is stored or queued, whatever QoS was asked for, and nobody away has lost it") {
    Settings settings = with_sys();
    settings.upgrade_outgoing_qos = true;
    Driver driver(settings);
    driver.sleep(0s);
    const ConnectionId id = driver.connect_persistent("a");
    driver.subscribe(id, "$SYS/#", QoS::exactly_once);
    driver.subscribe(id, "$share/g/$SYS/#", QoS::exactly_once);
    for (const Got& got : driver.take(id, PacketType::publish)) CHECK(got.qos == QoS::at_most_once);
    driver.cut(id);
    const std::uint64_t stored = driver.broker.counters().operations_stored;
    driver.sleep(10s);
    CHECK(driver.broker.counters().operations_stored == stored);
    CHECK(driver.broker.queue_length("a") == 0);
    CHECK(driver.facts<MessageDropped>().empty());
    CHECK(driver.broker.retained_count() == 0);
    driver.restart();
    CHECK(driver.broker.retained_count() == 0);
}

TEST_CASE("$SYS: a member of a shared subscription gets it") {
    Driver driver(with_sys());
    driver.sleep(0s);
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "$share/g/$SYS/broker/uptime", QoS::at_most_once);
    driver.sleep(10s);
    CHECK(payloads(driver.take(id)) == "10 seconds");
}

TEST_CASE("$SYS: off, there is nothing and no wake-up") {
    Driver driver;
    CHECK_FALSE(driver.broker.next_deadline());
    driver.sleep(60s);
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "$SYS/#", QoS::at_most_once);
    CHECK(driver.take(id, PacketType::publish).empty());
}

TEST_CASE("$SYS: the same day says the same, to the octet") {
    const auto day = [] {
        Driver driver(with_sys());
        driver.sleep(0s);
        const ConnectionId watcher = driver.connect("watcher");
        driver.subscribe(watcher, "$SYS/#", QoS::at_most_once);
        std::string all;
        for (int step = 0; step < 20; ++step) {
            for (int count = 0; count < step * 7; ++count) driver.publish(watcher, "t", "x");
            driver.sleep(10s);
            for (const Got& got : driver.take(watcher, PacketType::publish)) all += got.topic + got.payload;
        }
        return all;
    };
    CHECK(day() == day());
}
