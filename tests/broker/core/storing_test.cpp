#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

ConnectionId persistent_subscriber(Driver& driver, std::string_view client_id = "s") {
    const ConnectionId id = driver.connect_persistent(client_id);
    driver.subscribe(id, "x", QoS::at_least_once);
    driver.take(id);
    return id;
}

}  // namespace

TEST_CASE("CONNACK, SUBACK and PUBACK wait for the store, PINGRESP and PUBLISH do not") {
    Driver driver;
    driver.store_works = false;
    const ConnectionId subscriber = driver.connect_persistent("s");
    driver.send(subscriber, mqtt::PingReq{});
    CHECK(driver.take(subscriber).empty());  // nothing before CONNACK [MQTT-3.2.0-1]
    driver.store_now();
    CHECK(driver.take(subscriber).size() == 2);

    driver.store_works = false;
    driver.subscribe(subscriber, "x", QoS::at_least_once);
    driver.send(subscriber, mqtt::PingReq{});
    CHECK(driver.take(subscriber).at(0).type == PacketType::pingresp);
    const ConnectionId publisher = driver.connect("p");
    CHECK(driver.take(publisher).size() == 1);  // its session is not stored: CONNACK waits for nothing
    driver.publish(publisher, "x", "1", QoS::at_least_once);
    driver.publish(publisher, "x", "0");
    CHECK(payloads(driver.take(subscriber)) == "10");
    CHECK(driver.take(publisher).empty());
    driver.store_now();
    CHECK(driver.take(subscriber, PacketType::suback).size() == 1);
    CHECK(driver.take(publisher, PacketType::puback).size() == 1);
}

TEST_CASE("what only clean sessions receive is acknowledged without the store") {
    Driver driver;
    driver.store_works = false;
    const ConnectionId subscriber = driver.connect("s");
    driver.subscribe(subscriber, "x", QoS::at_least_once);
    const ConnectionId publisher = driver.connect("p");
    driver.take(publisher);
    driver.publish(publisher, "x", "1", QoS::at_least_once);
    CHECK(driver.take(publisher, PacketType::puback).size() == 1);
    CHECK(driver.writing() == nullptr);
}

TEST_CASE("[MQTT-4.6.0-2] a PUBACK that needs no store stays behind one that does") {
    Driver driver;
    persistent_subscriber(driver);
    const ConnectionId publisher = driver.connect("p");
    driver.take(publisher);
    driver.store_works = false;
    driver.publish(publisher, "x", "1", QoS::at_least_once, 1);
    driver.publish(publisher, "nobody", "1", QoS::at_least_once, 2);
    CHECK(driver.take(publisher).empty());
    driver.store_now();
    const std::vector<Got> acks = driver.take(publisher);
    REQUIRE(acks.size() == 2);
    CHECK(acks[0].id == 1);
    CHECK(acks[1].id == 2);
}

TEST_CASE("a message that its receiver acknowledges before the batch is taken never reaches the store") {
    Driver driver;
    const ConnectionId subscriber = persistent_subscriber(driver);
    const ConnectionId publisher = driver.connect("p");
    driver.take(publisher);
    driver.store_works = false;
    driver.publish(publisher, "x", "1", QoS::at_least_once, 1);  // into the batch that is being written from now on
    driver.publish(publisher, "x", "2", QoS::at_least_once, 2);  // into the open one
    const std::vector<Got> got = driver.take(subscriber, PacketType::publish);
    REQUIRE(payloads(got) == "12");
    driver.acknowledge(subscriber, got[1].id);
    CHECK(driver.take(publisher).empty());
    driver.store_now();
    CHECK(driver.take(publisher, PacketType::puback).size() == 2);
    CHECK(driver.broker.counters().entries_struck == 1);
    CHECK(driver.ledger.entry_count() == 1);
    driver.acknowledge(subscriber, got[0].id);
    CHECK(driver.ledger.entry_count() == 0);
}

TEST_CASE("acknowledged means stored: a crash loses nothing that was acknowledged") {
    Driver driver;
    driver.cut(persistent_subscriber(driver));
    driver.sleep(1s);
    const ConnectionId publisher = driver.connect("p");
    driver.publish(publisher, "x", "a", QoS::at_least_once);
    driver.publish(publisher, "x", "b", QoS::at_least_once);
    driver.take(publisher);
    driver.store_works = false;
    driver.publish(publisher, "x", "c", QoS::at_least_once);
    CHECK(driver.take(publisher).empty());
    driver.restart();
    driver.store_works = true;
    const ConnectionId again = driver.connect_persistent("s");
    const std::vector<Got> got = driver.take(again);
    CHECK(got.at(0).session_present);
    CHECK(payloads(got) == "ab");
    CHECK_FALSE(got.at(1).dup);  // they came while the client was away: never sent
    driver.publish(driver.connect("p"), "x", "d", QoS::at_least_once);
    CHECK(payloads(driver.take(again)) == "d");
}

TEST_CASE("[MQTT-3.3.1-1] after a crash, what may have been sent has DUP and its old identifier") {
    Driver driver;
    const ConnectionId subscriber = persistent_subscriber(driver);
    const ConnectionId publisher = driver.connect("p");
    for (const char payload : std::string("abc")) driver.publish(publisher, "x", {&payload, 1}, QoS::at_least_once);
    const std::vector<Got> before = driver.take(subscriber, PacketType::publish);
    REQUIRE(before.size() == 3);
    driver.acknowledge(subscriber, before[0].id);
    driver.restart();
    const std::vector<Got> after = driver.take(driver.connect_persistent("s"), PacketType::publish);
    REQUIRE(payloads(after) == "bc");
    CHECK(after[0].dup);
    CHECK(after[0].id == before[1].id);
    CHECK(after[1].id == before[2].id);
}

TEST_CASE("a session's expiry goes on while the broker is down, and begins at a crash if it was connected") {
    Driver away;
    away.cut(persistent_subscriber(away));
    away.sleep(3000s);
    away.restart(599s);
    CHECK(away.broker.session_count() == 1);
    away.sleep(1s);
    CHECK(away.broker.session_count() == 0);

    Driver connected;
    persistent_subscriber(connected);
    connected.sleep(3000s);
    connected.restart(3000s);
    connected.sleep(1800s);
    connected.restart(1799s);  // the second crash does not begin it again
    CHECK(connected.broker.session_count() == 1);
    connected.sleep(1s);
    CHECK(connected.broker.session_count() == 0);
    CHECK(connected.ledger.session_count() == 0);
}

TEST_CASE("§3.1.2.11.2 a session that was resumed to end with its connection does not come back after a crash") {
    Driver driver;
    driver.cut(persistent_subscriber(driver));
    const ConnectionId last = driver.connect("s", ProtocolVersion::v5, false, 0);
    CHECK(driver.take(last).at(0).session_present);
    driver.restart();
    CHECK_FALSE(driver.take(driver.connect_persistent("s")).at(0).session_present);
    CHECK(driver.ledger.subscription_count() == 0);
}

TEST_CASE("while the store fails 5.0 gets 0x97 for new messages, 3.1.1 waits, and all is well when it heals") {
    Driver driver;
    const ConnectionId subscriber = persistent_subscriber(driver);
    const ConnectionId v5 = driver.connect("p5");
    const ConnectionId v311 = driver.connect("p3", ProtocolVersion::v3_1_1);
    driver.publish(v311, "y", "", QoS::at_least_once);
    driver.take(v5);
    driver.take(v311);
    driver.store_works = false;
    driver.publish(v311, "x", "a", QoS::at_least_once, 1);
    driver.fail_store();
    CHECK_FALSE(driver.facts<StoreTrouble>().at(0).healed);

    driver.publish(v5, "x", "refused", QoS::at_least_once, 1);
    CHECK(driver.take(v5).at(0).reason == ReasonCode::quota_exceeded);
    driver.publish(v5, "nobody", "", QoS::at_least_once, 2);  // needs no store
    CHECK(driver.take(v5).at(0).reason == ReasonCode::no_matching_subscribers);
    driver.publish(v5, "x", "0");
    driver.publish(v311, "x", "b", QoS::at_least_once, 2);
    driver.send(v311, mqtt::PingReq{});
    CHECK(driver.take(v311).at(0).type == PacketType::pingresp);
    CHECK(payloads(driver.take(subscriber)) == "a0b");

    driver.sleep(29s);
    driver.store_now();
    CHECK(driver.facts<StoreTrouble>().at(1).healed);
    CHECK(driver.take(v311, PacketType::puback).size() == 2);
    driver.sleep(60s);
    CHECK_FALSE(driver.closed(v311));
    driver.publish(v5, "x", "c", QoS::at_least_once, 3);
    CHECK(driver.take(v5).at(0).reason == ReasonCode::success);
}

TEST_CASE(
    "3.1.1 [MQTT-4.8.0-2] who waits longer than store_failure_patience for a failing store is closed with a reason") {
    Driver driver;
    persistent_subscriber(driver);
    const ConnectionId early = driver.connect("early");
    const ConnectionId late = driver.connect("late", ProtocolVersion::v3_1_1);
    driver.take(early);
    driver.store_works = false;
    driver.publish(early, "x", "a", QoS::at_least_once);
    driver.fail_store();
    driver.sleep(20s);
    driver.publish(late, "x", "b", QoS::at_least_once);
    driver.sleep(9999ms);
    CHECK_FALSE(driver.closed(early));
    CHECK(driver.broker.next_deadline() == driver.now + 1ms);
    driver.sleep(1ms);
    CHECK(driver.closed(early) == CloseCause::store_failing);
    CHECK(driver.take(early).at(0).reason == ReasonCode::quota_exceeded);
    CHECK_FALSE(driver.closed(late));
    driver.sleep(20s);
    CHECK(driver.closed(late) == CloseCause::store_failing);
}

TEST_CASE("a full batch pauses its publishers, keeps their connections alive meanwhile, and reads them again") {
    Settings settings;
    settings.batch_limit_bytes = 3000;
    Driver driver(settings);
    driver.cut(persistent_subscriber(driver));
    const ConnectionId bystander = driver.connect("bystander");
    const ConnectionId publisher = driver.open();
    mqtt::Connect connect;
    connect.client_id = "p";
    connect.version = ProtocolVersion::v3_1_1;
    connect.keep_alive_seconds = 10;
    driver.send(publisher, connect);
    driver.store_works = false;
    driver.publish(publisher, "x", "first", QoS::at_least_once);  // is being written
    driver.publish(publisher, "x", std::string(1000, 'a'), QoS::at_least_once);
    CHECK(driver.broker.wants_read(publisher));
    driver.publish(publisher, "x", std::string(2500, 'b'), QoS::at_least_once);
    CHECK_FALSE(driver.broker.wants_read(publisher));
    CHECK(driver.broker.wants_read(bystander));
    driver.sleep(100s);
    CHECK_FALSE(driver.closed(publisher));
    driver.store_now();
    CHECK(driver.broker.wants_read(publisher));
    CHECK(driver.broker.queue_length("s") == 3);
    driver.sleep(15s);
    CHECK(driver.closed(publisher) == CloseCause::keep_alive_timeout);
}

TEST_CASE("two drivers that do the same get the same, to the octet and the fact") {
    const auto run = [](std::uint64_t seed) {
        Settings settings;
        settings.seed = seed;
        Driver driver(settings);
        std::string seen;
        std::vector<ConnectionId> subscribers;
        for (const char* name : {"c", "a", "", "b"}) {
            const ConnectionId id = driver.connect(name);
            driver.subscribe(id, "#", QoS::at_least_once);
            subscribers.push_back(id);
        }
        const ConnectionId publisher = driver.connect("p");
        for (int count = 0; count < 20; ++count)
            driver.publish(publisher, "t/" + std::to_string(count % 3), "x", QoS::at_least_once);
        for (const ConnectionId id : subscribers) {
            for (const Got& got : driver.take(id))
                seen += got.topic + std::to_string(got.id) + std::string(as_text(got.octets));
        }
        for (const ClientConnected& fact : driver.facts<ClientConnected>()) seen += fact.client_id;
        return seen;
    };
    CHECK(run(1) == run(1));
    CHECK(run(1) != run(2));
}

TEST_CASE("a connection that is being closed while it waits for the store is closed once") {
    Settings settings;
    Broker core(settings);
    const Instant start{};
    core.start(start, WallTime{});
    const ConnectionId id{1};
    core.opened(id, TransportInfo(), start);
    mqtt::Connect connect;
    connect.client_id = "a";
    connect.clean_start = false;
    connect.version = ProtocolVersion::v3_1_1;
    OutputBytes bytes;
    mqtt::encode(connect, ProtocolVersion::v3_1_1, bytes);
    core.received(id, bytes.view(), start);  // CONNACK waits
    const std::optional<StoreBatch> batch = core.take_batch();
    REQUIRE(batch);
    core.store_failed(batch->ticket, {10, "disk I/O error"}, start);
    const std::string_view malformed("\xff\x00", 2);
    core.received(id, as_byte_view(malformed), start);
    CHECK(core.close_requested(id) == CloseCause::protocol_error);
    core.advance(start + settings.store_failure_patience);
    CHECK(core.close_requested(id) == CloseCause::protocol_error);
    std::size_t told = 0;
    for (const Fact& fact : core.facts()) told += std::holds_alternative<ConnectionClosed>(fact) ? 1 : 0;
    CHECK(told == 1);
}
