#pragma once
// The properties of 5.0 (§2.2.2): a checked view over their octets, and a builder.

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// 5.0 §2.2.2.2, the table's identifiers.
enum class PropertyId : std::uint8_t {
    payload_format_indicator = 0x01,
    message_expiry_interval = 0x02,
    content_type = 0x03,
    response_topic = 0x08,
    correlation_data = 0x09,
    subscription_identifier = 0x0b,
    session_expiry_interval = 0x11,
    assigned_client_identifier = 0x12,
    server_keep_alive = 0x13,
    authentication_method = 0x15,
    authentication_data = 0x16,
    request_problem_information = 0x17,
    will_delay_interval = 0x18,
    request_response_information = 0x19,
    response_information = 0x1a,
    server_reference = 0x1c,
    reason_string = 0x1f,
    receive_maximum = 0x21,
    topic_alias_maximum = 0x22,
    topic_alias = 0x23,
    maximum_qos = 0x24,
    retain_available = 0x25,
    user_property = 0x26,
    maximum_packet_size = 0x27,
    wildcard_subscription_available = 0x28,
    subscription_identifier_available = 0x29,
    shared_subscription_available = 0x2a,
};

/// Where a property list stands: the fourteen packets that have one, and the will inside CONNECT.
enum class PropertyPlace : std::uint8_t {
    connect,
    will,
    connack,
    publish,
    puback,
    pubrec,
    pubrel,
    pubcomp,
    subscribe,
    suback,
    unsubscribe,
    unsuback,
    disconnect,
    auth,
};

/// One property as the wire has it. Which member counts follows from the identifier's type in the table:
/// byte, two and four byte integers and variable byte integers in `number`; strings and binary data in `text`;
/// a user property has its name in `text` and its value in `value`.
struct Property {
    PropertyId id{};
    std::uint32_t number = 0;
    std::string_view text{};
    std::string_view value{};
};

/// A property list that was checked when it was decoded (known ids, allowed in this place, none twice that may stand
/// once, values in range, strings well-formed), read on demand. Views the receive buffer; owns nothing.
class Properties {
public:
    Properties() = default;
    /// Checks `octets` (without the length in front) for this place. The error names the clause.
    static Decoded<Properties> check(ByteView octets, PropertyPlace place);
    /// For octets that our own PropertyBuilder wrote.
    static Properties trusted(ByteView octets) { return Properties(octets); }

    ByteView octets() const { return octets_; }
    bool empty() const { return octets_.empty(); }

    /// The value of a number property that stands at most once.
    std::optional<std::uint32_t> number(PropertyId id) const {
        return empty() ? std::nullopt : find_number(id);  // mostly there are none, and each PUBLISH asks a few times
    }
    /// The value of a string or binary property that stands at most once.
    std::optional<std::string_view> text(PropertyId id) const;

    /// for (const Property& property : properties) in the order of the wire.
    class Iterator {
    public:
        explicit Iterator(ByteView rest);
        const Property& operator*() const { return current_; }
        Iterator& operator++();
        bool operator!=(const Iterator& other) const {
            return rest_.data() != other.rest_.data() || ended_ != other.ended_;
        }

    private:
        void read();
        ByteView rest_;  // what follows the current property
        Property current_{};
        bool ended_ = false;
    };
    Iterator begin() const { return Iterator(octets_); }
    Iterator end() const { return Iterator(octets_.subspan(octets_.size())); }

private:
    explicit Properties(ByteView octets) : octets_(octets) {}
    std::optional<std::uint32_t> find_number(PropertyId id) const;
    ByteView octets_{};
};

/// Writes a property list in the given order. The caller answers for the place; values must be in range (assert).
class PropertyBuilder {
public:
    PropertyBuilder& number(PropertyId id, std::uint32_t value);
    PropertyBuilder& text(PropertyId id, std::string_view value);
    PropertyBuilder& user_property(std::string_view name, std::string_view value);
    /// Valid as long as the builder lives and is not added to.
    Properties view() const { return Properties::trusted(octets_); }

private:
    std::vector<std::byte> octets_;
};

}  // namespace trunkline::mqtt
