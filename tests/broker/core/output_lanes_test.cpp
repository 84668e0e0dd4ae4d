#include "broker/core/output_lanes.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "protocol/mqtt/codec.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using mqtt::PacketType;
using mqtt::ProtocolVersion;

namespace {

constexpr auto v = ProtocolVersion::v3_1_1;

std::vector<PacketType> taken(OutputLanes& lanes, std::uint64_t durable) {
    OutputBytes out;
    const std::size_t octets = lanes.take(out, Ticket{durable});
    CHECK(octets == out.size());
    std::vector<PacketType> types;
    ByteView rest = out.view();
    while (const auto frame = mqtt::next_frame(rest, 1000)) {
        types.push_back((*frame)->type());
        rest = rest.subspan((*frame)->size);
    }
    return types;
}

mqtt::PubAck puback(std::uint16_t id) {
    mqtt::PubAck packet;
    packet.packet_id = mqtt::PacketId{id};
    return packet;
}

using Types = std::vector<PacketType>;

}  // namespace

TEST_CASE("[MQTT-3.2.0-1] nothing leaves before CONNACK, not even what is free") {
    OutputLanes lanes;
    lanes.add_gated(mqtt::ConnAck{}, v, Ticket{5});
    lanes.add_free(mqtt::PingResp{}, v);
    CHECK(taken(lanes, 4).empty());
    CHECK(lanes.waits_for_store(Ticket{4}));
    CHECK(taken(lanes, 5) == Types{PacketType::connack, PacketType::pingresp});
    CHECK(lanes.size() == 0);
}

TEST_CASE("[MQTT-4.6.0-2] the gated lane keeps its order: what needs no ticket waits its turn") {
    OutputLanes lanes;
    lanes.add_gated(mqtt::ConnAck{}, v, no_ticket);
    CHECK(taken(lanes, 0) == Types{PacketType::connack});
    lanes.add_gated(puback(1), v, no_ticket);
    lanes.add_gated(puback(2), v, Ticket{2});
    lanes.add_gated(puback(3), v, no_ticket);
    lanes.add_gated(puback(4), v, Ticket{3});
    CHECK(lanes.acknowledgements_waiting() == 4);
    CHECK(taken(lanes, 1) == Types{PacketType::puback});
    CHECK(lanes.acknowledgements_waiting() == 3);
    CHECK(taken(lanes, 2) == Types{PacketType::puback, PacketType::puback});
    CHECK(lanes.waits_for_store(Ticket{2}));
    CHECK(taken(lanes, 3) == Types{PacketType::puback});
    CHECK_FALSE(lanes.waits_for_store(Ticket{3}));
}

TEST_CASE("the free lane passes what waits for the store") {
    OutputLanes lanes;
    lanes.add_gated(mqtt::ConnAck{}, v, no_ticket);
    lanes.add_gated(puback(1), v, Ticket{9});
    lanes.add_free(mqtt::PingResp{}, v);
    CHECK(taken(lanes, 0) == Types{PacketType::connack, PacketType::pingresp});
    CHECK(taken(lanes, 9) == Types{PacketType::puback});
}

TEST_CASE("[MQTT-3.14.0-1] closing before CONNACK has left lets nothing out, closing later only what was free to go") {
    OutputLanes early;
    early.add_gated(mqtt::ConnAck{}, v, Ticket{1});
    early.add_free(mqtt::Disconnect{}, v);
    early.discard_waiting(no_ticket);
    CHECK(taken(early, 9).empty());

    OutputLanes late;
    late.add_gated(mqtt::ConnAck{}, v, no_ticket);
    late.add_gated(puback(1), v, no_ticket);
    late.add_gated(puback(2), v, Ticket{1});
    late.add_free(mqtt::Disconnect{}, v);
    late.discard_waiting(no_ticket);
    CHECK(taken(late, 9) == Types{PacketType::connack, PacketType::puback, PacketType::disconnect});
}
