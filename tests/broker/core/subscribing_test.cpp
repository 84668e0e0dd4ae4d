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

Got suback_of(Driver& driver, ConnectionId id) {
    const std::vector<Got> got = driver.take(id, PacketType::suback);
    REQUIRE(got.size() == 1);
    return got[0];
}

}  // namespace

TEST_CASE(
    "[MQTT-3.8.4-1] [MQTT-3.8.4-2] 3.1.1 [MQTT-3.8.4-1] 3.1.1 [MQTT-3.8.4-2] SUBSCRIBE is answered with its packet "
    "identifier and a reason per filter") {
    for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
        Driver driver;
        const ConnectionId id = driver.connect("a", version);
        driver.subscribe(id, "x/#", QoS::at_least_once, 77);
        const Got suback = suback_of(driver, id);
        CHECK(suback.id == 77);
        CHECK(suback.reasons == std::vector<ReasonCode>{ReasonCode::granted_qos_1});
    }
}

TEST_CASE("[MQTT-4.7.1-1] an invalid filter is refused alone, in each version's words") {
    Driver driver;
    const ConnectionId v5 = driver.connect("a");
    driver.subscribe(v5, "a#", QoS::at_most_once);
    CHECK(suback_of(driver, v5).reasons.at(0) == ReasonCode::topic_filter_invalid);
    const ConnectionId v311 = driver.connect("b", ProtocolVersion::v3_1_1);
    driver.subscribe(v311, "a/#/b", QoS::at_most_once);
    CHECK(suback_of(driver, v311).reasons.at(0) == ReasonCode::unspecified_error);
    CHECK_FALSE(driver.closed(v311));
}

TEST_CASE("[MQTT-3.8.4-3] the same filter again replaces the subscription") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.subscribe(id, "x", QoS::at_least_once);
    driver.subscribe(id, "x", QoS::at_most_once);
    driver.take(id);
    driver.publish(driver.connect("p"), "x", "1", QoS::at_least_once);
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 1);
    CHECK(got[0].qos == QoS::at_most_once);
}

TEST_CASE("[MQTT-3.10.4-1] [MQTT-3.11.3-1] UNSUBSCRIBE takes exactly its filters away and says which there were") {
    Driver driver;
    const ConnectionId id = driver.connect_persistent("a");
    driver.subscribe(id, "x/+", QoS::at_least_once);
    driver.subscribe(id, "x/1", QoS::at_least_once);
    driver.take(id);
    const std::string_view filters("\x00\x03x/+\x00\x03x/2", 10);
    mqtt::Unsubscribe packet;
    packet.packet_id = mqtt::PacketId{8};
    packet.requests = {as_byte_view(filters), mqtt::SubscriptionRequests::Kind::unsubscribe};
    driver.send(id, packet);
    const std::vector<Got> got = driver.take(id);
    REQUIRE(got.size() == 1);
    CHECK(got[0].type == PacketType::unsuback);
    CHECK(got[0].id == 8);
    CHECK(got[0].reasons == std::vector<ReasonCode>{ReasonCode::success, ReasonCode::no_subscription_existed});
    CHECK(driver.ledger.subscription_count() == 1);
    const ConnectionId publisher = driver.connect("p");
    driver.publish(publisher, "x/2", "no");
    driver.publish(publisher, "x/1", "yes");
    CHECK(driver.take(id).at(0).payload == "yes");
}
