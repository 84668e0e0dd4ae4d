#pragma once
// 5.0 §2.2.2.2 as data: the type and range of each property, and where it may stand, with the section that says so.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/mqtt/properties.hpp"

namespace trunkline::mqtt {

enum class PropertyType : std::uint8_t { byte, two_bytes, four_bytes, variable_byte_integer, text, binary, text_pair };

struct PropertyKind {
    PropertyId id{};
    PropertyType type{};
    std::uint32_t lowest = 0;  // of a number
    std::uint32_t highest = 0;
};

/// The row of an identifier; null when there is no such property.
const PropertyKind* kind_of(std::uint32_t id);

/// The section that describes the property in this place ("§3.3.2.3.4"); empty when it may not stand there.
std::string_view section_of(PropertyId id, PropertyPlace place);

/// User Property stands as often as it likes, Subscription Identifier in PUBLISH once for each subscription
/// (§3.3.2.3.8); everything else at most once.
constexpr bool may_repeat(PropertyId id, PropertyPlace place) {
    return id == PropertyId::user_property ||
           (id == PropertyId::subscription_identifier && place == PropertyPlace::publish);
}

}  // namespace trunkline::mqtt
