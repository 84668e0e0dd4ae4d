#include "protocol/mqtt/property_table.hpp"

#include <array>
#include <cstddef>

namespace trunkline::mqtt {

namespace {

using Id = PropertyId;
using Type = PropertyType;
using Place = PropertyPlace;

constexpr std::uint32_t any_two_bytes = 0xffff;
constexpr std::uint32_t any_four_bytes = 0xffff'ffff;
constexpr std::uint32_t any_variable = 268'435'455;

constexpr std::array kinds = {
    PropertyKind{Id::payload_format_indicator, Type::byte, 0, 1},
    PropertyKind{Id::message_expiry_interval, Type::four_bytes, 0, any_four_bytes},
    PropertyKind{Id::content_type, Type::text},
    PropertyKind{Id::response_topic, Type::text},
    PropertyKind{Id::correlation_data, Type::binary},
    PropertyKind{Id::subscription_identifier, Type::variable_byte_integer, 1, any_variable},
    PropertyKind{Id::session_expiry_interval, Type::four_bytes, 0, any_four_bytes},
    PropertyKind{Id::assigned_client_identifier, Type::text},
    PropertyKind{Id::server_keep_alive, Type::two_bytes, 0, any_two_bytes},
    PropertyKind{Id::authentication_method, Type::text},
    PropertyKind{Id::authentication_data, Type::binary},
    PropertyKind{Id::request_problem_information, Type::byte, 0, 1},
    PropertyKind{Id::will_delay_interval, Type::four_bytes, 0, any_four_bytes},
    PropertyKind{Id::request_response_information, Type::byte, 0, 1},
    PropertyKind{Id::response_information, Type::text},
    PropertyKind{Id::server_reference, Type::text},
    PropertyKind{Id::reason_string, Type::text},
    PropertyKind{Id::receive_maximum, Type::two_bytes, 1, any_two_bytes},
    PropertyKind{Id::topic_alias_maximum, Type::two_bytes, 0, any_two_bytes},
    PropertyKind{Id::topic_alias, Type::two_bytes, 1, any_two_bytes},  // [MQTT-3.3.2-8]
    PropertyKind{Id::maximum_qos, Type::byte, 0, 1},
    PropertyKind{Id::retain_available, Type::byte, 0, 1},
    PropertyKind{Id::user_property, Type::text_pair},
    PropertyKind{Id::maximum_packet_size, Type::four_bytes, 1, any_four_bytes},
    PropertyKind{Id::wildcard_subscription_available, Type::byte, 0, 1},
    PropertyKind{Id::subscription_identifier_available, Type::byte, 0, 1},
    PropertyKind{Id::shared_subscription_available, Type::byte, 0, 1},
};

struct Standing {
    Place place;
    Id id;
    std::string_view section;
};

constexpr std::array standings = {
    Standing{Place::connect, Id::session_expiry_interval, "§3.1.2.11.2"},
    Standing{Place::connect, Id::receive_maximum, "§3.1.2.11.3"},
    Standing{Place::connect, Id::maximum_packet_size, "§3.1.2.11.4"},
    Standing{Place::connect, Id::topic_alias_maximum, "§3.1.2.11.5"},
    Standing{Place::connect, Id::request_response_information, "§3.1.2.11.6"},
    Standing{Place::connect, Id::request_problem_information, "§3.1.2.11.7"},
    Standing{Place::connect, Id::user_property, "§3.1.2.11.8"},
    Standing{Place::connect, Id::authentication_method, "§3.1.2.11.9"},
    Standing{Place::connect, Id::authentication_data, "§3.1.2.11.10"},
    Standing{Place::will, Id::will_delay_interval, "§3.1.3.2.2"},
    Standing{Place::will, Id::payload_format_indicator, "§3.1.3.2.3"},
    Standing{Place::will, Id::message_expiry_interval, "§3.1.3.2.4"},
    Standing{Place::will, Id::content_type, "§3.1.3.2.5"},
    Standing{Place::will, Id::response_topic, "§3.1.3.2.6"},
    Standing{Place::will, Id::correlation_data, "§3.1.3.2.7"},
    Standing{Place::will, Id::user_property, "§3.1.3.2.8"},
    Standing{Place::connack, Id::session_expiry_interval, "§3.2.2.3.2"},
    Standing{Place::connack, Id::receive_maximum, "§3.2.2.3.3"},
    Standing{Place::connack, Id::maximum_qos, "§3.2.2.3.4"},
    Standing{Place::connack, Id::retain_available, "§3.2.2.3.5"},
    Standing{Place::connack, Id::maximum_packet_size, "§3.2.2.3.6"},
    Standing{Place::connack, Id::assigned_client_identifier, "§3.2.2.3.7"},
    Standing{Place::connack, Id::topic_alias_maximum, "§3.2.2.3.8"},
    Standing{Place::connack, Id::reason_string, "§3.2.2.3.9"},
    Standing{Place::connack, Id::user_property, "§3.2.2.3.10"},
    Standing{Place::connack, Id::wildcard_subscription_available, "§3.2.2.3.11"},
    Standing{Place::connack, Id::subscription_identifier_available, "§3.2.2.3.12"},
    Standing{Place::connack, Id::shared_subscription_available, "§3.2.2.3.13"},
    Standing{Place::connack, Id::server_keep_alive, "§3.2.2.3.14"},
    Standing{Place::connack, Id::response_information, "§3.2.2.3.15"},
    Standing{Place::connack, Id::server_reference, "§3.2.2.3.16"},
    Standing{Place::connack, Id::authentication_method, "§3.2.2.3.17"},
    Standing{Place::connack, Id::authentication_data, "§3.2.2.3.18"},
    Standing{Place::publish, Id::payload_format_indicator, "§3.3.2.3.2"},
    Standing{Place::publish, Id::message_expiry_interval, "§3.3.2.3.3"},
    Standing{Place::publish, Id::topic_alias, "§3.3.2.3.4"},
    Standing{Place::publish, Id::response_topic, "§3.3.2.3.5"},
    Standing{Place::publish, Id::correlation_data, "§3.3.2.3.6"},
    Standing{Place::publish, Id::user_property, "§3.3.2.3.7"},
    Standing{Place::publish, Id::subscription_identifier, "§3.3.2.3.8"},
    Standing{Place::publish, Id::content_type, "§3.3.2.3.9"},
    Standing{Place::puback, Id::reason_string, "§3.4.2.2.2"},
    Standing{Place::puback, Id::user_property, "§3.4.2.2.3"},
    Standing{Place::pubrec, Id::reason_string, "§3.5.2.2.2"},
    Standing{Place::pubrec, Id::user_property, "§3.5.2.2.3"},
    Standing{Place::pubrel, Id::reason_string, "§3.6.2.2.2"},
    Standing{Place::pubrel, Id::user_property, "§3.6.2.2.3"},
    Standing{Place::pubcomp, Id::reason_string, "§3.7.2.2.2"},
    Standing{Place::pubcomp, Id::user_property, "§3.7.2.2.3"},
    Standing{Place::subscribe, Id::subscription_identifier, "§3.8.2.1.2"},
    Standing{Place::subscribe, Id::user_property, "§3.8.2.1.3"},
    Standing{Place::suback, Id::reason_string, "§3.9.2.1.2"},
    Standing{Place::suback, Id::user_property, "§3.9.2.1.3"},
    Standing{Place::unsubscribe, Id::user_property, "§3.10.2.1.2"},
    Standing{Place::unsuback, Id::reason_string, "§3.11.2.1.2"},
    Standing{Place::unsuback, Id::user_property, "§3.11.2.1.3"},
    Standing{Place::disconnect, Id::session_expiry_interval, "§3.14.2.2.2"},
    Standing{Place::disconnect, Id::reason_string, "§3.14.2.2.3"},
    Standing{Place::disconnect, Id::user_property, "§3.14.2.2.4"},
    Standing{Place::disconnect, Id::server_reference, "§3.14.2.2.5"},
    Standing{Place::auth, Id::authentication_method, "§3.15.2.2.2"},
    Standing{Place::auth, Id::authentication_data, "§3.15.2.2.3"},
    Standing{Place::auth, Id::reason_string, "§3.15.2.2.4"},
    Standing{Place::auth, Id::user_property, "§3.15.2.2.5"},
};

constexpr std::size_t id_count = 0x2b;
constexpr std::size_t place_count = 14;
constexpr std::uint8_t no_row = 0xff;
static_assert(standings.size() < no_row && kinds.size() < no_row);

constexpr auto kind_rows = [] {
    std::array<std::uint8_t, id_count> found{};
    found.fill(no_row);
    for (std::size_t row = 0; row < kinds.size(); ++row)
        found[static_cast<std::size_t>(kinds[row].id)] = static_cast<std::uint8_t>(row);
    return found;
}();

constexpr auto standing_rows = [] {
    std::array<std::array<std::uint8_t, id_count>, place_count> found{};
    for (auto& place : found) place.fill(no_row);
    for (std::size_t row = 0; row < standings.size(); ++row) {
        const Standing& standing = standings[row];
        found[static_cast<std::size_t>(standing.place)][static_cast<std::size_t>(standing.id)] =
            static_cast<std::uint8_t>(row);
    }
    return found;
}();

}  // namespace

const PropertyKind* kind_of(std::uint32_t id) {
    if (id >= id_count || kind_rows[id] == no_row) return nullptr;
    return &kinds[kind_rows[id]];
}

std::string_view section_of(PropertyId id, PropertyPlace place) {
    const std::uint8_t row = standing_rows[static_cast<std::size_t>(place)][static_cast<std::size_t>(id)];
    return row == no_row ? std::string_view{} : standings[row].section;
}

}  // namespace trunkline::mqtt
