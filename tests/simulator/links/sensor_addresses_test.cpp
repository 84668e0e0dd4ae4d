#include "simulator/links/sensor_addresses.hpp"

#include <doctest/doctest.h>

#include "protocol/mqttsn/codec.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr Instant change = Instant{} + 10s;

/// Sensor 1 gets another port at 10 s and another host at 20 s; sensor 2 is an RTU.
Scenario with_changes() {
    Scenario scenario;
    scenario.sensors.resize(3);
    scenario.sensors[2].protocol = DeviceProtocol::mqtt;
    FaultPlan host;
    host.kind = FaultPlan::Kind::new_address;
    host.at = 20s;
    host.is_new_host = true;
    host.sensors = {1, 2};
    FaultPlan port = host;
    port.at = 10s;
    port.is_new_host = false;
    scenario.faults = {host, port};
    return scenario;
}

Transit arriving(Instant at, std::optional<Instant> copy = std::nullopt) { return {at, copy, {}}; }

}  // namespace

TEST_CASE("of a scenario without such faults nobody's address changes") {
    SensorAddresses addresses((Scenario()));
    CHECK(!addresses.may_change());
    CHECK(addresses.address_of(1) == sensor_address(1));
    CHECK(addresses.until_change(arriving(change), 1).arrives == change);
}

TEST_CASE("changes come in the order of time, and what was under way is lost") {
    SensorAddresses addresses(with_changes());
    CHECK(addresses.may_change());
    CHECK(addresses.until_change(arriving(change - 1ns), 1).arrives == change - 1ns);
    const Transit lost = addresses.until_change(arriving(change, change + 1s), 1);
    CHECK(!lost.arrives);
    CHECK(!lost.copy_arrives);
    CHECK(lost.lost_by == PacketLoss::other_address);
    CHECK(addresses.counts().lost == 1);
    CHECK(addresses.until_change(arriving(change), 0).arrives == change);
    CHECK(addresses.until_change(arriving(change), 2).arrives == change);  // an RTU's packets are TCP's

    addresses.changed(1);
    CHECK(addresses.has_changed(1));
    CHECK(!addresses.has_changed(0));
    CHECK(addresses.address_of(1) == sensor_address(1, {1, 0}));
    CHECK(addresses.until_change(arriving(change + 1s), 1).arrives == change + 1s);
    CHECK(!addresses.until_change(arriving(change + 10s), 1).arrives);
    addresses.changed(1);
    CHECK(addresses.address_of(1) == sensor_address(1, {2, 1}));
    CHECK(addresses.until_change(arriving(change + 1h), 1).arrives == change + 1h);
}

TEST_CASE("a copy that would arrive after the change is lost alone, and what was lost anyway stays so") {
    SensorAddresses addresses(with_changes());
    const Transit one = addresses.until_change(arriving(change - 1s, change), 1);
    CHECK(one.arrives == change - 1s);
    CHECK(!one.copy_arrives);
    CHECK(addresses.until_change({std::nullopt, std::nullopt, PacketLoss::cut}, 1).lost_by == PacketLoss::cut);
    CHECK(addresses.counts().lost == 0);
}

TEST_CASE("a packet to an address of before counts as sent and lost") {
    SensorAddresses addresses(with_changes());
    CHECK(addresses.misdirected().lost_by == PacketLoss::other_address);
    CHECK(addresses.counts().sent == 1);
    CHECK(addresses.counts().lost == 1);
}

TEST_CASE("an answer at the new address shows once that the gateway goes on there, unless a CONNECT has left") {
    const auto answer = mqttsn::encode(mqttsn::PingResp{});
    const auto goodbye = mqttsn::encode(mqttsn::Disconnect{});
    SensorAddresses addresses(with_changes());
    CHECK(!addresses.shows_following(1, answer));
    addresses.changed(1);
    addresses.sent(1, mqttsn::encode(mqttsn::PingReq{"s1"}));
    CHECK(!addresses.shows_following(1, goodbye));
    CHECK(!addresses.shows_following(1, as_byte_view("\x7f")));
    CHECK(addresses.shows_following(1, answer));
    CHECK(!addresses.shows_following(1, answer));
    addresses.changed(1);
    addresses.sent(1, mqttsn::encode(mqttsn::Connect{.client_id = "s1"}));
    CHECK(!addresses.shows_following(1, answer));
}
