#include "protocol/mqttsn/codec.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/protocol/mqttsn/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqttsn;
using test::from_hex;

namespace {

// Encodes to these octets, and these octets in both length forms decode to a message that encodes to them again.
void check_wire(const Message& message, std::string_view hex) {
    CAPTURE(name_of(message));
    const Octets wire = from_hex(hex);
    CHECK(encode(message) == wire);
    for (const Octets& received : {wire, in_long_form(wire)}) {
        const auto decoded = decode(received);
        REQUIRE(decoded);
        CHECK(decoded->index() == message.index());
        CHECK(encode(*decoded) == wire);
    }
}

constexpr TopicId topic_id{0x0102};
constexpr MsgId msg_id{0x0304};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §5.4.1-1: ADVERTISE, §5.4.2-1: SEARCHGW, §5.4.3-1: GWINFO") {
    check_wire(Advertise{.gateway = GwId{7}, .duration_seconds = 900}, "05 00 07 03 84");
    check_wire(SearchGw{.radius = 1}, "03 01 01");
    check_wire(GwInfo{.gateway = GwId{7}, .address = {}}, "03 02 07");
    const Octets address = from_hex("7f 00 00 01 27 10");
    check_wire(GwInfo{.gateway = GwId{7}, .address = address}, "09 02 07 7f 00 00 01 27 10");
}

TEST_CASE("MQTT-SN 1.2 §5.4.4-1: CONNECT, §5.4.5-1: CONNACK") {
    check_wire(Connect{.will = false, .clean_session = true, .duration_seconds = 60, .client_id = "G"},
               "07 04 04 01 00 3c 47");
    check_wire(Connect{.will = true, .clean_session = false, .duration_seconds = 65535, .client_id = "PT-1"},
               "0a 04 08 01 ff ff 50 54 2d 31");
    check_wire(ConnAck{.return_code = ReturnCode::congestion}, "03 05 01");
}

TEST_CASE("MQTT-SN 1.2 §5.4.6-1 to §5.4.9-1: the will's set-up") {
    check_wire(WillTopicReq{}, "02 06");
    check_wire(WillTopic{.qos = QoS::at_least_once, .retain = true, .topic = "w/1"}, "06 07 30 77 2f 31");
    check_wire(WillTopic{}, "02 07");
    check_wire(WillMsgReq{}, "02 08");
    check_wire(WillMsg{.message = as_byte_view("off")}, "05 09 6f 66 66");
    check_wire(WillMsg{}, "02 09");
}

TEST_CASE("MQTT-SN 1.2 §5.4.10-1: REGISTER, §5.4.11-1: REGACK") {
    check_wire(Register{.topic_id = TopicId{0}, .msg_id = msg_id, .topic_name = "a/b"}, "09 0a 00 00 03 04 61 2f 62");
    check_wire(RegAck{.topic_id = topic_id, .msg_id = msg_id, .return_code = ReturnCode::not_supported},
               "07 0b 01 02 03 04 03");
}

TEST_CASE("MQTT-SN 1.2 §5.4.12-1: PUBLISH with every QoS and TopicIdType, §5.4.13-1: PUBACK") {
    const ByteView data = as_byte_view("42");
    check_wire(Publish{.qos = QoS::at_most_once, .topic_id = topic_id, .data = data}, "09 0c 00 01 02 00 00 34 32");
    check_wire(Publish{.dup = true,
                       .qos = QoS::at_least_once,
                       .topic_id_type = TopicIdType::predefined,
                       .topic_id = topic_id,
                       .msg_id = msg_id,
                       .data = data},
               "09 0c a1 01 02 03 04 34 32");
    check_wire(Publish{.qos = QoS::exactly_once,
                       .retain = true,
                       .topic_id_type = TopicIdType::short_name,
                       .topic_id = topic_id_of_short_name("tt"),
                       .msg_id = msg_id,
                       .data = {}},
               "07 0c 52 74 74 03 04");
    check_wire(
        Publish{.qos = QoS::minus_one, .topic_id_type = TopicIdType::predefined, .topic_id = TopicId{17}, .data = data},
        "09 0c 61 00 11 00 00 34 32");
    check_wire(PubAck{.topic_id = topic_id, .msg_id = msg_id, .return_code = ReturnCode::invalid_topic_id},
               "07 0d 01 02 03 04 02");
}

TEST_CASE("MQTT-SN 1.2 §5.4.14-1: PUBREC, PUBREL and PUBCOMP have codes in an order that is not MQTT's") {
    check_wire(PubComp{.msg_id = msg_id}, "04 0e 03 04");
    check_wire(PubRec{.msg_id = msg_id}, "04 0f 03 04");
    check_wire(PubRel{.msg_id = msg_id}, "04 10 03 04");
}

TEST_CASE("MQTT-SN 1.2 §5.4.15-1 to §5.4.18-1: subscribing by name, predefined id and short name") {
    check_wire(
        Subscribe{
            .qos = QoS::exactly_once, .topic_id_type = TopicIdType::normal, .msg_id = msg_id, .topic_name = "a/#"},
        "08 12 40 03 04 61 2f 23");
    check_wire(Subscribe{.dup = true,
                         .qos = QoS::at_least_once,
                         .topic_id_type = TopicIdType::predefined,
                         .msg_id = msg_id,
                         .topic_name = {},
                         .topic_id = topic_id},
               "07 12 a1 03 04 01 02");
    check_wire(Subscribe{.topic_id_type = TopicIdType::short_name,
                         .msg_id = msg_id,
                         .topic_name = {},
                         .topic_id = topic_id_of_short_name("tt")},
               "07 12 02 03 04 74 74");
    check_wire(
        SubAck{.qos = QoS::exactly_once, .topic_id = topic_id, .msg_id = msg_id, .return_code = ReturnCode::accepted},
        "08 13 40 01 02 03 04 00");
    check_wire(Unsubscribe{.topic_id_type = TopicIdType::normal, .msg_id = msg_id, .topic_name = "a"},
               "06 14 00 03 04 61");
    check_wire(
        Unsubscribe{.topic_id_type = TopicIdType::predefined, .msg_id = msg_id, .topic_name = {}, .topic_id = topic_id},
        "07 14 01 03 04 01 02");
    check_wire(UnsubAck{.msg_id = msg_id}, "04 15 03 04");
}

TEST_CASE("MQTT-SN 1.2 §5.4.19-1: PINGREQ, §5.4.20-1: PINGRESP, §5.4.21-1: DISCONNECT") {
    check_wire(PingReq{}, "02 16");
    check_wire(PingReq{.client_id = "PT-1"}, "06 16 50 54 2d 31");
    check_wire(PingResp{}, "02 17");
    check_wire(Disconnect{}, "02 18");
    check_wire(Disconnect{.duration_seconds = 0}, "04 18 00 00");
    check_wire(Disconnect{.duration_seconds = 900}, "04 18 03 84");
}

TEST_CASE("MQTT-SN 1.2 §5.4.22-1 to §5.4.25-1: the will's updates") {
    check_wire(WillTopicUpd{.qos = QoS::exactly_once, .retain = false, .topic = "w"}, "04 1a 40 77");
    check_wire(WillTopicUpd{}, "02 1a");
    check_wire(WillMsgUpd{.message = as_byte_view("x")}, "03 1c 78");
    check_wire(WillTopicResp{.return_code = ReturnCode::accepted}, "03 1b 00");
    check_wire(WillMsgResp{.return_code = ReturnCode::not_supported}, "03 1d 03");
}

TEST_CASE("MQTT-SN 1.2 §5.2.1-1: a message of 255 octets has the one-octet length, the next longer one three octets") {
    const std::string longest(255 - 7, 'x');
    const Octets of_255 =
        encode(Publish{.qos = QoS::at_most_once, .topic_id = topic_id, .data = as_byte_view(longest)});
    CHECK(of_255.size() == 255);
    CHECK(of_255[0] == std::byte{0xff});

    const std::string longer = longest + 'x';
    const Octets of_258 = encode(Publish{.qos = QoS::at_most_once, .topic_id = topic_id, .data = as_byte_view(longer)});
    CHECK(of_258.size() == 258);
    CHECK(Octets(of_258.begin(), of_258.begin() + 4) == from_hex("01 01 02 0c"));
    const auto decoded = decode(of_258);
    REQUIRE(decoded);
    CHECK(as_text(std::get<Publish>(*decoded).data) == longer);
}

TEST_CASE("MQTT-SN 1.2 §5.2.1-2: the longest message of all is 65535 octets") {
    const std::string longest(65535 - 9, 'x');
    const Octets wire = encode(Publish{.qos = QoS::at_most_once, .topic_id = topic_id, .data = as_byte_view(longest)});
    CHECK(Octets(wire.begin(), wire.begin() + 4) == from_hex("01 ff ff 0c"));
    const auto decoded = decode(wire);
    REQUIRE(decoded);
    CHECK(std::get<Publish>(*decoded).data.size() == longest.size());
}

TEST_CASE("MQTT-SN 1.2 §5.4: encode_into writes into the caller's span, exactly as long as measured") {
    const Message message = Connect{.clean_session = true, .duration_seconds = 60, .client_id = "G"};
    REQUIRE(encoded_size(message) == 7);
    Octets target(9, std::byte{0xee});
    encode_into(message, std::span(target).subspan(1, 7));
    CHECK(target == from_hex("ee 07 04 04 01 00 3c 47 ee"));
}

TEST_CASE("MQTT-SN 1.2 §6.7: a short topic name travels as its two octets in the TopicId field") {
    CHECK(topic_id_of_short_name("tt") == TopicId{0x7474});
    CHECK(topic_id_of_short_name("\xc3\xa9") == TopicId{0xc3a9});
    CHECK(short_name_of(TopicId{0xc3a9}) == std::array<char, 2>{'\xc3', '\xa9'});
}
