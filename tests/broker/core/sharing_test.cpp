// Shared subscriptions: who gets a message, and who gets it instead.

#include <algorithm>
#include <array>
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

constexpr std::string_view shared = "$share/workers/job/#";

/// A publisher and persistent members named "m0", "m1" …
struct Team {
    explicit Team(std::size_t size, ShareStrategy strategy = ShareStrategy::round_robin, QoS qos = QoS::at_least_once,
                  Settings settings = {})
        : driver((settings.share_strategy = strategy, settings)), publisher(driver.connect("p")) {
        for (std::size_t index = 0; index < size; ++index) {
            members.push_back(driver.connect_persistent(name(index)));
            driver.subscribe(members[index], shared, qos);
            driver.take(members[index]);
        }
    }
    static std::string name(std::size_t index) { return "m" + std::to_string(index); }
    void publish(std::string_view each, QoS qos = QoS::at_least_once) {
        for (const char payload : each) driver.publish(publisher, "job/1", {&payload, 1}, qos, ++last_packet_id);
    }
    std::string got(std::size_t member) { return payloads(driver.take(members[member])); }
    void cut(std::size_t member) { driver.cut(members[member]); }
    void come_back(std::size_t member) { members[member] = driver.connect_persistent(name(member)); }
    void acknowledge_all(std::size_t member) {
        for (const Got& message : driver.take(members[member], PacketType::publish))
            driver.acknowledge(members[member], message.id);
    }

    Driver driver;
    ConnectionId publisher;
    std::uint16_t last_packet_id = 0;
    std::vector<ConnectionId> members;
};

}  // namespace

TEST_CASE("[MQTT-4.8.2-1] [MQTT-4.8.2-2] a ShareName of at least one character, without wildcards, and a filter") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    for (const std::string_view wrong : {"$share//x", "$share/a", "$share/a/", "$share/a+/x", "$share/#/x"}) {
        CAPTURE(wrong);
        driver.subscribe(id, wrong, QoS::at_least_once);
        CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == ReasonCode::topic_filter_invalid);
    }
    driver.subscribe(id, "$share/a/x", QoS::at_least_once);
    CHECK(driver.take(id, PacketType::suback).at(0).reasons.at(0) == ReasonCode::granted_qos_1);
    CHECK_FALSE(driver.closed(id));
}

TEST_CASE("[MQTT-3.8.3-4] No Local on a shared subscription is a protocol error") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.take(id);
    driver.subscribe(id, shared, {.qos = QoS::at_least_once, .no_local = true}, 0);
    CHECK(driver.closed(id) == CloseCause::protocol_error);
    CHECK(driver.take(id).at(0).reason == ReasonCode::protocol_error);
    CHECK(driver.facts<ConnectionClosed>().at(0).clause == "MQTT-3.8.3-4");
}

TEST_CASE("§4.8.2 each message goes to one member, in turn, at every QoS") {
    for (const QoS qos : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
        Team team(3, ShareStrategy::round_robin, qos);
        team.publish("abcdef", qos);
        CHECK(team.got(0) == "ad");
        CHECK(team.got(1) == "be");
        CHECK(team.got(2) == "cf");
    }
}

TEST_CASE("§4.8.2 two groups, another filter, and a plain subscription each get their own copy") {
    Team team(1);
    const ConnectionId other = team.driver.connect("other");
    team.driver.subscribe(other, "$share/others/job/#", {.qos = QoS::at_least_once}, 1);
    team.driver.subscribe(other, "$share/workers/job/+", {.qos = QoS::at_least_once}, 2);
    team.driver.subscribe(other, "#", {.qos = QoS::at_least_once}, 3);
    team.driver.take(other);
    team.publish("a");
    CHECK(team.got(0) == "a");
    std::vector<std::uint32_t> ids;
    for (const Got& got : team.driver.take(other, PacketType::publish)) ids.push_back(got.subscription_ids().at(0));
    std::sort(ids.begin(), ids.end());
    CHECK(ids == std::vector<std::uint32_t>{1, 2, 3});
}

TEST_CASE("[MQTT-4.8.2-3] each member has the QoS that it asked for") {
    Team team(1, ShareStrategy::round_robin, QoS::at_most_once);
    const ConnectionId second = team.driver.connect("second");
    team.driver.subscribe(second, shared, QoS::exactly_once);
    team.publish("ab", QoS::at_least_once);
    CHECK(team.driver.take(team.members[0], PacketType::publish).at(0).qos == QoS::at_most_once);
    CHECK(team.driver.take(second, PacketType::publish).at(0).qos == QoS::at_least_once);
}

TEST_CASE("§4.8.2 a shared subscription gets no retained messages when it is made") {
    Driver driver;
    mqtt::Publish retained;
    retained.topic = "job/1";
    retained.retain = true;
    retained.payload = as_byte_view("old");
    driver.send(driver.connect("p"), retained);
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, shared, QoS::at_least_once);
    CHECK(driver.take(id, PacketType::publish).empty());
}

TEST_CASE("the publisher learns whether anybody shares its topic") {
    Team team(1);
    team.publish("a");
    team.driver.unsubscribe(team.members[0], shared);
    team.publish("b");
    const std::vector<Got> acks = team.driver.take(team.publisher, PacketType::puback);
    REQUIRE(acks.size() == 2);
    CHECK(acks[0].reason == ReasonCode::success);
    CHECK(acks[1].reason == ReasonCode::no_matching_subscribers);
}

TEST_CASE("sticky: one member as long as it is there, then another") {
    Team team(3, ShareStrategy::sticky);
    team.publish("abc");
    CHECK(team.got(0) == "abc");
    team.driver.acknowledge(team.members[0], 1);
    team.driver.acknowledge(team.members[0], 2);
    team.driver.acknowledge(team.members[0], 3);
    team.cut(0);
    team.publish("d");
    team.come_back(0);
    team.publish("e");
    CHECK(team.got(1) == "de");
    CHECK(team.got(2).empty());
}

TEST_CASE("hash: one member for one publisher, and not the same for all") {
    Team team(4, ShareStrategy::hash);
    std::array<std::size_t, 4> chosen{};
    for (int index = 0; index < 40; ++index) {
        const ConnectionId id = team.driver.connect("publisher-" + std::to_string(index));
        for (const std::string_view payload : {"1", "2", "3"}) team.driver.publish(id, "job/x", payload);
        std::size_t receivers = 0;
        for (std::size_t member = 0; member < 4; ++member) {
            const std::string got = team.got(member);
            if (got.empty()) continue;
            CHECK(got == "123");
            ++receivers;
            ++chosen[member];
        }
        CHECK(receivers == 1);
    }
    for (const std::size_t count : chosen) CHECK(count > 0);
}

TEST_CASE("least in flight: whoever has fewest messages waiting, and the next in turn of equals") {
    Team team(2, ShareStrategy::least_inflight);
    team.publish("abcd");
    CHECK(team.driver.broker.queue_length("m0") == 2);
    CHECK(team.driver.broker.queue_length("m1") == 2);
    team.acknowledge_all(1);
    team.publish("ef");
    CHECK(team.driver.broker.queue_length("m0") == 2);
    CHECK(team.got(1) == "ef");
}

TEST_CASE("a member whose queue is full is passed over; a message is dropped only when all are full") {
    Settings settings;
    settings.queue_limit_messages = 2;
    Team team(2, ShareStrategy::sticky, QoS::at_least_once, settings);
    team.publish("abcd");
    CHECK(team.driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::queue_full_messages)] == 0);
    team.publish("e");
    CHECK(team.driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::queue_full_messages)] == 1);
    CHECK(team.got(0) == "ab");
    CHECK(team.got(1) == "cd");
}

TEST_CASE("§4.8.2 a member that is away gets nothing while another is there") {
    Team team(2);
    team.cut(0);
    team.publish("abc");
    CHECK(team.got(1) == "abc");
    CHECK(team.driver.broker.queue_length("m0") == 0);
}

TEST_CASE("§4.8.2 when all are away, messages wait, and the first to come back gets all of them") {
    Team team(3);
    for (const std::size_t member : {0U, 1U, 2U}) team.cut(member);
    team.publish("abcdef");
    team.publish("0", QoS::at_most_once);  // nobody is there for it
    CHECK(team.driver.ledger.entry_count() == 6);
    team.come_back(1);
    std::string got = team.got(1);
    std::sort(got.begin(), got.end());
    CHECK(got == "abcdef");
    CHECK(team.driver.broker.queue_length("m0") == 0);
    CHECK(team.driver.broker.queue_length("m2") == 0);
    CHECK(team.driver.ledger.entry_count() == 6);
    team.come_back(0);
    CHECK(team.got(0).empty());
}

TEST_CASE("§4.8.2 a new member gets what waits with those that are away") {
    Team team(1);
    team.cut(0);
    team.publish("ab");
    const ConnectionId fresh = team.driver.connect("fresh");
    team.driver.subscribe(fresh, shared, QoS::at_least_once);
    CHECK(payloads(team.driver.take(fresh)) == "ab");
    CHECK(team.driver.ledger.entry_count() == 0);  // its session ends with its connection
    team.driver.cut(fresh);
    CHECK(team.driver.broker.queue_length("m0") == 2);
    CHECK(team.driver.ledger.entry_count() == 2);
}

TEST_CASE("§4.8.2 unacknowledged QoS 1 messages go to another member when the connection is lost") {
    Team team(2);
    team.publish("abcd");
    CHECK(team.got(0) == "ac");
    CHECK(team.got(1) == "bd");
    team.driver.acknowledge(team.members[0], 1);
    team.cut(0);
    CHECK(team.got(1) == "c");
    CHECK(team.driver.broker.queue_length("m0") == 0);
    team.come_back(0);
    CHECK(team.got(0).empty());
}

TEST_CASE("[MQTT-4.8.2-4] a QoS 2 message that was sent waits for its own client; one that was not goes elsewhere") {
    Settings settings;
    settings.maximum_inflight = 1;
    Team team(2, ShareStrategy::round_robin, QoS::exactly_once, settings);
    team.publish("abcd", QoS::exactly_once);
    CHECK(team.got(0) == "a");
    CHECK(team.got(1) == "b");
    team.cut(0);
    CHECK(team.driver.broker.queue_length("m0") == 1);
    CHECK(team.driver.broker.queue_length("m1") == 3);
    team.come_back(0);
    const std::vector<Got> got = team.driver.take(team.members[0], PacketType::publish);
    REQUIRE(payloads(got) == "a");
    CHECK(got[0].dup);
}

TEST_CASE("[MQTT-4.8.2-5] a QoS 2 message that was sent goes to nobody else when its client's session ends") {
    for (const QoS qos : {QoS::at_least_once, QoS::exactly_once}) {
        Driver driver;
        const ConnectionId mortal = driver.connect("mortal");
        driver.subscribe(mortal, shared, qos);
        const ConnectionId heir = driver.connect_persistent("heir");
        const ConnectionId publisher = driver.connect("p");
        driver.publish(publisher, "job/1", "a", qos);
        driver.subscribe(heir, shared, qos);
        CHECK(payloads(driver.take(mortal)) == "a");
        driver.cut(mortal);
        CHECK(payloads(driver.take(heir)) == (qos == QoS::at_least_once ? "a" : ""));
        CHECK(driver.facts<SessionEnded>().at(0).messages_lost == (qos == QoS::at_least_once ? 0 : 1));
    }
}

TEST_CASE("§4.8.2 a session that ends leaves its messages to members that are away, if nobody is there") {
    Team team(1);
    const ConnectionId mortal = team.driver.connect("mortal");
    team.driver.subscribe(mortal, shared, QoS::at_least_once);
    team.cut(0);
    team.publish("ab");
    team.driver.cut(mortal);
    CHECK(team.driver.broker.queue_length("m0") == 2);
    team.come_back(0);
    CHECK(team.got(0) == "ab");
}

TEST_CASE("[MQTT-4.8.2-6] a message that its receiver refuses goes to nobody else") {
    for (const QoS qos : {QoS::at_least_once, QoS::exactly_once}) {
        Team team(2, ShareStrategy::round_robin, qos);
        team.publish("a", qos);
        if (qos == QoS::at_least_once) {
            team.driver.send_id<mqtt::PubAck>(team.members[0], 1, ReasonCode::quota_exceeded);
        } else {
            team.driver.send_id<mqtt::PubRec>(team.members[0], 1, ReasonCode::quota_exceeded);
        }
        team.cut(0);
        CHECK(team.got(1).empty());
        CHECK(team.driver.ledger.entry_count() == 0);
    }
}

TEST_CASE("[MQTT-3.10.4-2] [MQTT-3.10.4-3] who leaves the group finishes what was begun; the rest goes to others") {
    Settings settings;
    settings.maximum_inflight = 1;
    Team team(2, ShareStrategy::round_robin, QoS::at_least_once, settings);
    team.publish("abcd");
    team.driver.unsubscribe(team.members[0], shared);
    CHECK(team.got(0) == "a");
    CHECK(team.driver.broker.queue_length("m0") == 1);
    CHECK(team.driver.broker.queue_length("m1") == 3);
    team.driver.acknowledge(team.members[0], 1);
    CHECK(team.got(0).empty());
    team.publish("e");
    CHECK(team.driver.broker.queue_length("m1") == 4);
}

TEST_CASE("the last to leave a group keeps what was queued for it") {
    Settings settings;
    settings.maximum_inflight = 1;
    Team team(1, ShareStrategy::round_robin, QoS::at_least_once, settings);
    team.publish("ab");
    team.driver.unsubscribe(team.members[0], shared);
    CHECK(team.got(0) == "a");
    team.driver.acknowledge(team.members[0], 1);
    CHECK(team.got(0) == "b");
}

TEST_CASE("groups, and who shares what waits, outlive a restart") {
    Team team(2);
    team.cut(0);
    team.cut(1);
    team.publish("abcd");
    team.driver.restart();
    team.publisher = team.driver.connect("p");
    team.come_back(1);
    team.publish("e");
    std::string got = team.got(1);
    std::sort(got.begin(), got.end());
    CHECK(got == "abcde");
    CHECK(team.driver.broker.queue_length("m0") == 0);
}

TEST_CASE("a message changes hands in one batch: no moment without it") {
    Team team(2);
    team.publish("ab");
    team.driver.store_works = false;
    team.cut(0);
    REQUIRE(team.driver.writing() != nullptr);
    std::size_t put = 0;
    std::size_t dropped = 0;
    for (const StoreOperation& operation : team.driver.writing()->operations) {
        put += std::holds_alternative<PutEntry>(operation) ? 1 : 0;
        dropped += std::holds_alternative<DropEntry>(operation) ? 1 : 0;
    }
    CHECK(put == 1);
    CHECK(dropped == 1);
}
