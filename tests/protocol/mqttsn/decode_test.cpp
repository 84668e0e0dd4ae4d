#include <doctest/doctest.h>

#include "protocol/mqttsn/codec.hpp"
#include "tests/protocol/mqttsn/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using test::from_hex;

namespace {

template <typename T>
T decoded_as(const Octets& datagram) {
    const auto decoded = decode(datagram);
    REQUIRE(decoded);
    REQUIRE(std::holds_alternative<T>(*decoded));
    return std::get<T>(*decoded);
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §5.3.4-1: flags that a message does not use are ignored") {
    const Octets connect = from_hex("07 04 f7 01 00 3c 47");
    CHECK(decoded_as<Connect>(connect).clean_session);
    CHECK(!decoded_as<Connect>(connect).will);
    CHECK(decoded_as<SubAck>(from_hex("08 13 5f 01 02 03 04 00")).qos == QoS::exactly_once);
    CHECK(decoded_as<Unsubscribe>(from_hex("06 14 fc 03 04 61")).topic_id_type == TopicIdType::normal);
    CHECK(decoded_as<WillTopic>(from_hex("04 07 3f 77")).retain);
}

TEST_CASE("MQTT-SN 1.2 §5.3.4-2: QoS -1 is for PUBLISH alone") {
    CHECK(decoded_as<Publish>(from_hex("07 0c 61 00 11 00 00")).qos == QoS::minus_one);
    for (const char* refused : {"06 12 60 00 01 61", "08 13 60 01 02 03 04 00", "04 07 60 77", "04 1a 60 77"}) {
        CAPTURE(refused);
        const auto decoded = decode(from_hex(refused));
        REQUIRE(!decoded);
        CHECK(decoded.error().clause == "§5.3.4");
    }
}

TEST_CASE("MQTT-SN 1.2 §5.3.7-2: MsgId zero names no exchange, but is taken where nothing depends on it") {
    CHECK(decoded_as<Publish>(from_hex("07 0c 00 01 02 00 00")).msg_id == MsgId{0});
    CHECK(decoded_as<Publish>(from_hex("07 0c 00 01 02 00 05")).msg_id == MsgId{5});  // QoS 0 with a MsgId
    CHECK(decoded_as<Register>(from_hex("07 0a 00 00 00 00 61")).msg_id == MsgId{0});
    CHECK(decoded_as<Subscribe>(from_hex("06 12 00 00 00 61")).msg_id == MsgId{0});
    CHECK(decoded_as<PubAck>(from_hex("07 0d 01 02 00 00 02")).msg_id == MsgId{0});
    for (const char* refused :
         {"07 0c 20 01 02 00 00", "07 0c 40 01 02 00 00", "04 0e 00 00", "04 0f 00 00", "04 10 00 00"}) {
        CAPTURE(refused);
        const auto decoded = decode(from_hex(refused));
        REQUIRE(!decoded);
        CHECK(decoded.error().clause == "§5.3.7");
    }
}

TEST_CASE("MQTT-SN 1.2 §5.3.8-1: another ProtocolId decodes, so that CONNACK can refuse it") {
    CHECK(decoded_as<Connect>(from_hex("07 04 04 02 00 3c 47")).protocol_id == 2);
    CHECK(decoded_as<Connect>(from_hex("06 04 04 01 00 3c")).client_id.empty());
}

TEST_CASE("MQTT-SN 1.2 §5.3.10-1: unknown return codes count as not supported") {
    CHECK(decoded_as<ConnAck>(from_hex("03 05 03")).return_code == ReturnCode::not_supported);
    CHECK(decoded_as<ConnAck>(from_hex("03 05 04")).return_code == ReturnCode::not_supported);
    CHECK(decoded_as<ConnAck>(from_hex("03 05 ff")).return_code == ReturnCode::not_supported);
    CHECK(decoded_as<ConnAck>(from_hex("03 05 02")).return_code == ReturnCode::invalid_topic_id);
}

TEST_CASE("MQTT-SN 1.2 §5.3.11-1: reserved topic ids decode, so that PUBACK can refuse them") {
    CHECK(is_reserved(decoded_as<Publish>(from_hex("07 0c 00 00 00 00 00")).topic_id));
    CHECK(is_reserved(decoded_as<Publish>(from_hex("07 0c 00 ff ff 00 00")).topic_id));
    CHECK(!is_reserved(TopicId{0x0001}));
    CHECK(!is_reserved(TopicId{0xfffe}));
}

TEST_CASE("MQTT-SN 1.2 §5.2.2-1: decoding knows exactly the 27 message types of 1.2") {
    int known = 0;
    for (unsigned type = 0; type <= 0xff; ++type) {
        const Octets datagram{std::byte{0x02}, static_cast<std::byte>(type)};
        const auto decoded = decode(datagram);
        const bool is_unknown = !decoded && (decoded.error().clause == "§5.2.2" || decoded.error().clause == "§5.5");
        known += is_unknown ? 0 : 1;
    }
    CHECK(known == 27);
}
