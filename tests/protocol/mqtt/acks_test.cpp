#include <doctest/doctest.h>

#include "protocol/mqtt/reason_codes.hpp"
#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

namespace {

/// The shortest forms are read as success without properties, and written.
template <typename Ack>
void check_forms(const std::string& first) {
    for (const auto version : {v31, v311, v5}) {
        const Wire wire(first + "{1234}", version);
        CHECK(wire.as<Ack>().packet_id == PacketId{0x1234});
        CHECK(wire.as<Ack>().reason == ReasonCode::success);
        CHECK(wire.as<Ack>().properties.empty());
        CHECK(writes(Ack{.packet_id = PacketId{0x1234}}, version, first + "{1234}"));
    }
    CHECK(accepts(first + "{0001 00}", v5));
    CHECK(accepts(first + "{0001 00 {}}", v5));
    PropertyBuilder properties;
    properties.text(PropertyId::reason_string, "why");
    const Ack full{.packet_id = PacketId{1}, .properties = properties.view()};
    CHECK(writes(full, v5, first + "{0001 00 {1f ['why']}}"));
    CHECK(writes(full, v311, first + "{0001}"));  // which has neither
    CHECK(Wire(first + "{0001 00 {1f ['why']}}", v5).template as<Ack>().properties.text(PropertyId::reason_string) ==
          "why");
}

void check_reasons(const std::string& first, PacketType type) {
    for (unsigned octet = 0; octet < 256; ++octet) {
        auto octets = test::octets_of(first + "{0001 00}");
        octets[4] = static_cast<std::byte>(octet);
        CAPTURE(octet);
        CHECK(Wire(octets, v5).accepted() == may_stand_in(static_cast<ReasonCode>(octet), type));
    }
}

}  // namespace

TEST_CASE("PUBACK, PUBREC, PUBREL and PUBCOMP: every form") {
    check_forms<PubAck>("40 ");
    check_forms<PubRec>("50 ");
    check_forms<PubRel>("62 ");
    check_forms<PubComp>("70 ");
}

TEST_CASE("a reason alone is written without the property length") {
    const PubAck ack{.packet_id = PacketId{1}, .reason = ReasonCode::quota_exceeded};
    CHECK(writes(ack, v5, "40 {0001 97}"));
    CHECK(Wire("40 {0001 97}", v5).as<PubAck>().reason == ReasonCode::quota_exceeded);
}

TEST_CASE("[MQTT-2.2.1-5] 3.1.1 [MQTT-2.3.1-6] the packet id is that of a PUBLISH, so never zero") {
    check_refused("PUBACK: packet id 0");
    check_refused("PUBACK: packet id 0, 3.1.1");
    check_refused("PUBREC: packet id 0");
    check_refused("PUBREL: packet id 0, 3.1.1");
    check_refused("PUBCOMP: packet id 0");
}

TEST_CASE("[MQTT-3.4.2-1] the reason of PUBACK is one of its table") {
    check_refused("PUBACK: unlisted reason");
    check_reasons("40 ", PacketType::puback);
}

TEST_CASE("[MQTT-3.5.2-1] the reason of PUBREC is one of its table") {
    check_refused("PUBREC: unlisted reason");
    check_reasons("50 ", PacketType::pubrec);
}

TEST_CASE("[MQTT-3.6.2-1] the reason of PUBREL is one of its table") {
    check_refused("PUBREL: unlisted reason");
    check_reasons("62 ", PacketType::pubrel);
}

TEST_CASE("[MQTT-3.7.2-1] the reason of PUBCOMP is one of its table") {
    check_refused("PUBCOMP: unlisted reason");
    check_reasons("70 ", PacketType::pubcomp);
}

TEST_CASE("an acknowledgement is as long as it says") {
    check_refused("PUBACK: cut short");
    check_refused("PUBACK: left over");
    check_refused("PUBACK: reason, 3.1.1");
    check_refused("PUBACK: Reason String twice");
    check_refused("PUBCOMP: length without its properties");
}
