#include "protocol/mqtt/properties.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "protocol/mqtt/property_table.hpp"
#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

namespace {

constexpr std::array all_places = {PropertyPlace::connect,    PropertyPlace::will,        PropertyPlace::connack,
                                   PropertyPlace::publish,    PropertyPlace::puback,      PropertyPlace::pubrec,
                                   PropertyPlace::pubrel,     PropertyPlace::pubcomp,     PropertyPlace::subscribe,
                                   PropertyPlace::suback,     PropertyPlace::unsubscribe, PropertyPlace::unsuback,
                                   PropertyPlace::disconnect, PropertyPlace::auth};

/// 5.0 table 2-4, written down once more: which packets each property stands in.
struct Row {
    PropertyId id;
    std::vector<PropertyPlace> places;
};
const std::vector<Row>& table_2_4() {
    using enum PropertyPlace;
    using enum PropertyId;
    static const std::vector<PropertyPlace> everywhere(all_places.begin(), all_places.end());
    static const std::vector<Row> rows = {
        {payload_format_indicator, {publish, will}},
        {message_expiry_interval, {publish, will}},
        {content_type, {publish, will}},
        {response_topic, {publish, will}},
        {correlation_data, {publish, will}},
        {subscription_identifier, {publish, subscribe}},
        {session_expiry_interval, {connect, connack, disconnect}},
        {assigned_client_identifier, {connack}},
        {server_keep_alive, {connack}},
        {authentication_method, {connect, connack, auth}},
        {authentication_data, {connect, connack, auth}},
        {request_problem_information, {connect}},
        {will_delay_interval, {will}},
        {request_response_information, {connect}},
        {response_information, {connack}},
        {server_reference, {connack, disconnect}},
        {reason_string, {connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth}},
        {receive_maximum, {connect, connack}},
        {topic_alias_maximum, {connect, connack}},
        {topic_alias, {publish}},
        {maximum_qos, {connack}},
        {retain_available, {connack}},
        {user_property, everywhere},
        {maximum_packet_size, {connect, connack}},
        {wildcard_subscription_available, {connack}},
        {subscription_identifier_available, {connack}},
        {shared_subscription_available, {connack}},
    };
    return rows;
}

/// A list with one good value of this property.
PropertyBuilder one_of(PropertyId id) {
    PropertyBuilder builder;
    switch (kind_of(static_cast<std::uint32_t>(id))->type) {
        case PropertyType::text:
        case PropertyType::binary:
            builder.text(id, "t");
            break;
        case PropertyType::text_pair:
            builder.user_property("n", "v");
            break;
        default:
            builder.number(id, 1);
            break;
    }
    return builder;
}

std::string clause_of(const Decoded<Properties>& checked) {
    return checked ? "accepted" : std::string(checked.error().clause);
}

}  // namespace

TEST_CASE("§2.2.2.2: each property in each place, as table 2-4 has it") {
    for (const Row& row : table_2_4()) {
        for (const PropertyPlace place : all_places) {
            CAPTURE(static_cast<int>(row.id));
            CAPTURE(static_cast<int>(place));
            PropertyBuilder builder = one_of(row.id);
            // AUTH wants a method, and authentication data want one everywhere.
            const bool wants_method = place == PropertyPlace::auth || row.id == PropertyId::authentication_data;
            const bool has_place =
                place == PropertyPlace::connect || place == PropertyPlace::connack || place == PropertyPlace::auth;
            if (wants_method && has_place && row.id != PropertyId::authentication_method)
                builder.text(PropertyId::authentication_method, "m");
            const bool allowed = std::find(row.places.begin(), row.places.end(), place) != row.places.end();
            const auto checked = Properties::check(builder.view().octets(), place);
            CHECK(clause_of(checked) == (allowed ? "accepted" : "§2.2.2.2"));
            if (!allowed) CHECK(checked.error().reason == ReasonCode::malformed_packet);
        }
    }
}

TEST_CASE("§2.2.2.2: every identifier that the table does not have is refused") {
    for (unsigned id = 0; id < 128; ++id) {
        const bool known = std::any_of(table_2_4().begin(), table_2_4().end(),
                                       [&](const Row& row) { return static_cast<unsigned>(row.id) == id; });
        CHECK((kind_of(id) != nullptr) == known);
    }
    check_refused("property: unknown");
    check_refused("property: identifier 0");
    check_refused("property: padded identifier");
    check_refused("property: huge identifier");
    check_refused("property: not in this packet");
    check_refused("property: will's in CONNECT");
    check_refused("property: CONNECT's in the will");
}

TEST_CASE("each property stands once, but for User Property, and for Subscription Identifier in PUBLISH") {
    for (const Row& row : table_2_4()) {
        for (const PropertyPlace place : row.places) {
            CAPTURE(static_cast<int>(row.id));
            CAPTURE(static_cast<int>(place));
            const PropertyBuilder once = one_of(row.id);
            std::vector<std::byte> twice(once.view().octets().begin(), once.view().octets().end());
            twice.insert(twice.end(), once.view().octets().begin(), once.view().octets().end());
            PropertyBuilder method;
            method.text(PropertyId::authentication_method, "m");
            const bool wants_method = place == PropertyPlace::auth && row.id != PropertyId::authentication_method;
            if (wants_method) twice.insert(twice.end(), method.view().octets().begin(), method.view().octets().end());
            const auto checked = Properties::check(twice, place);
            const std::string expected =
                may_repeat(row.id, place) ? "accepted" : std::string(section_of(row.id, place));
            CHECK(clause_of(checked) == expected);
            if (!checked) CHECK(checked.error().reason == ReasonCode::protocol_error);
        }
    }
    for (const auto* name : {"property: Session Expiry Interval twice", "property: Receive Maximum twice",
                             "property: Topic Alias Maximum twice", "property: Authentication Method twice",
                             "property: Will Delay Interval twice", "property: Server Keep Alive twice"}) {
        check_refused(name);
    }
}

TEST_CASE("values out of range are refused, both ends of the range are not") {
    for (const auto* name :
         {"property: Receive Maximum 0", "property: Maximum Packet Size 0", "property: Request Response Information 2",
          "property: Request Problem Information 2", "property: Payload Format Indicator 2 of a will",
          "property: Maximum QoS 2", "property: Retain Available 2", "property: Maximum Packet Size 0 of a server",
          "property: Wildcard Subscription Available 2", "property: Subscription Identifiers Available 2",
          "property: Shared Subscription Available 2"}) {
        check_refused(name);
    }
    for (const Row& row : table_2_4()) {
        const PropertyKind& kind = *kind_of(static_cast<std::uint32_t>(row.id));
        if (kind.type > PropertyType::variable_byte_integer) continue;
        for (const std::uint32_t value : {kind.lowest, kind.highest}) {
            PropertyBuilder builder;
            builder.number(row.id, value);
            const auto checked = Properties::check(builder.view().octets(), row.places.front());
            REQUIRE(checked.has_value());
            CHECK(checked->number(row.id) == value);
        }
    }
}

TEST_CASE("§3.1.2.11.10: Authentication Data need a method") {
    check_refused("property: Authentication Data without a method");
    CHECK(accepts("10 {['MQTT'] 05 02 003c {16 ['d'] 15 ['m']} ['c']}", v5));
}

TEST_CASE("§2.2.2.1: a property list is as long as it says, and its values end inside") {
    check_refused("CONNECT: properties beyond the end");
    check_refused("property: length of five octets");
    check_refused("property: length without end");
    check_refused("property: value cut short");
    check_refused("property: string beyond the list");
    check_refused("property: pair without a value");
}

TEST_CASE("[MQTT-1.5.5-1] Variable Byte Integers have their shortest form") {
    check_refused("property: padded length");
    check_refused("property: padded identifier");
    check_refused("PUBLISH: padded Subscription Identifier");
}

TEST_CASE("[MQTT-1.5.4-1] [MQTT-1.5.4-2] strings of properties are well-formed UTF-8 without U+0000") {
    check_refused("property: string not UTF-8");
    check_refused("property: string with U+0000");
}

TEST_CASE("[MQTT-1.5.7-1] name and value of a pair are strings") {
    check_refused("property: name of a pair not UTF-8");
    check_refused("property: value of a pair not UTF-8");
}

TEST_CASE("binary data may be anything") {
    CHECK(accepts("30 {['a'] {09 [00ff]}}", v5));
    CHECK(accepts("10 {['MQTT'] 05 02 003c {15 ['m'] 16 [00ff]} ['c']}", v5));
}

TEST_CASE("a list is walked in the order of the wire") {
    PropertyBuilder builder;
    builder.user_property("n", "v1")
        .number(PropertyId::message_expiry_interval, 7)
        .user_property("n", "v2")
        .text(PropertyId::content_type, "c");
    std::string walked;
    for (const Property& property : builder.view()) {
        walked += std::to_string(static_cast<int>(property.id)) + ":" + std::to_string(property.number) + ":" +
                  std::string(property.text) + ":" + std::string(property.value) + " ";
    }
    CHECK(walked == "38:0:n:v1 2:7:: 38:0:n:v2 3:0:c: ");
    CHECK(!builder.view().number(PropertyId::topic_alias).has_value());
    CHECK(builder.view().text(PropertyId::content_type) == "c");
}

TEST_CASE("an empty list has nothing to walk") {
    for ([[maybe_unused]] const Property& property : Properties()) FAIL("nothing stands here");
    for ([[maybe_unused]] const Property& property : PropertyBuilder().view()) FAIL("nothing stands here");
    CHECK(Properties().empty());
    CHECK(Properties::check({}, PropertyPlace::connect).has_value());
}
