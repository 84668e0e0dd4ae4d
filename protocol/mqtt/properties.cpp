#include "protocol/mqtt/properties.hpp"

#include <cassert>

#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/property_table.hpp"
#include "protocol/mqtt/topic_name.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

/// What 5.0 lays down for one rule; properties do not exist before.
constexpr Clause only_v5(std::string_view clause) { return {clause, clause}; }

void read_value(Reader& in, PropertyType type, Property& property) {
    switch (type) {
        case PropertyType::byte:
            property.number = in.byte();
            break;
        case PropertyType::two_bytes:
            property.number = in.two_bytes();
            break;
        case PropertyType::four_bytes:
            property.number = in.four_bytes();
            break;
        case PropertyType::variable_byte_integer:
            property.number = in.variable_byte_integer();
            break;
        case PropertyType::text:
            property.text = in.text();
            break;
        case PropertyType::binary:
            property.text = as_text(in.binary());
            break;
        case PropertyType::text_pair:
            property.text = in.text();  // [MQTT-1.5.7-1]
            property.value = in.text();
            break;
    }
}

constexpr bool is_number(PropertyType type) { return type <= PropertyType::variable_byte_integer; }

/// What a value may be beyond its type.
void check_value(Reader& in, const Property& property, const PropertyKind& kind, std::string_view section) {
    if (is_number(kind.type) && (property.number < kind.lowest || property.number > kind.highest)) {
        if (property.id == PropertyId::topic_alias)
            return in.fail(ReasonCode::topic_alias_invalid, only_v5("MQTT-3.3.2-8"));
        return in.fail(ReasonCode::protocol_error, only_v5(section));
    }
    if (property.id != PropertyId::response_topic) return;
    if (property.text.empty()) return in.fail(ReasonCode::protocol_error, clauses::topic_not_empty);
    if (!is_topic_name(property.text)) in.fail(ReasonCode::protocol_error, only_v5("MQTT-3.3.2-14"));
}

/// §3.1.2.11.10, §3.2.2.3.18: no Authentication Data without a method. §3.15.2.2.2: no AUTH without one.
void check_authentication(Reader& in, std::uint64_t seen, PropertyPlace place) {
    const auto has = [seen](PropertyId id) { return (seen >> static_cast<unsigned>(id) & 1U) != 0; };
    if (has(PropertyId::authentication_method)) return;
    if (place == PropertyPlace::auth) {
        in.fail(ReasonCode::protocol_error, only_v5(section_of(PropertyId::authentication_method, place)));
    } else if (has(PropertyId::authentication_data)) {
        in.fail(ReasonCode::protocol_error, only_v5(section_of(PropertyId::authentication_data, place)));
    }
}

}  // namespace

Decoded<Properties> Properties::check(ByteView octets, PropertyPlace place) {
    Reader in(octets, ProtocolVersion::v5);
    std::uint64_t seen = 0;  // one bit an identifier: all are below 64
    while (!in.at_end()) {
        const std::uint32_t id = in.variable_byte_integer();
        if (in.failed()) break;
        const PropertyKind* kind = kind_of(id);
        const std::string_view section = kind == nullptr ? std::string_view{} : section_of(kind->id, place);
        if (section.empty()) {
            in.fail(ReasonCode::malformed_packet, only_v5("§2.2.2.2"));
            break;
        }
        const std::uint64_t bit = std::uint64_t{1} << id;
        if ((seen & bit) != 0 && !may_repeat(kind->id, place)) in.fail(ReasonCode::protocol_error, only_v5(section));
        seen |= bit;
        Property property{.id = kind->id};
        read_value(in, kind->type, property);
        if (!in.failed()) check_value(in, property, *kind, section);
    }
    if (!in.failed()) check_authentication(in, seen, place);
    return in.finish(Properties(octets));
}

Properties read_properties(Reader& in, PropertyPlace place) {
    if (!in.is_v5()) return {};
    if (in.at_end()) in.fail(ReasonCode::malformed_packet, only_v5("MQTT-2.2.2-1"));
    const std::uint32_t length = in.variable_byte_integer();
    const ByteView octets = in.take(length, only_v5("§2.2.2.1"));
    if (in.failed() || (octets.empty() && place != PropertyPlace::auth)) return {};
    const Decoded<Properties> checked = Properties::check(octets, place);
    if (checked) return *checked;
    in.fail(checked.error());
    return {};
}

std::optional<std::uint32_t> Properties::find_number(PropertyId id) const {
    for (const Property& property : *this) {
        if (property.id == id) return property.number;
    }
    return std::nullopt;
}

std::optional<std::string_view> Properties::text(PropertyId id) const {
    for (const Property& property : *this) {
        if (property.id == id) return property.text;
    }
    return std::nullopt;
}

Properties::Iterator::Iterator(ByteView rest) : rest_(rest) { read(); }

Properties::Iterator& Properties::Iterator::operator++() {
    read();
    return *this;
}

void Properties::Iterator::read() {
    ended_ = rest_.empty();
    if (ended_) return;
    Reader in(rest_, ProtocolVersion::v5);
    const PropertyKind* kind = kind_of(in.variable_byte_integer());
    assert(kind != nullptr);
    current_ = {.id = kind->id};
    read_value(in, kind->type, current_);
    assert(!in.failed());
    rest_ = in.rest();
}

namespace {

/// Appends what `fields(writer)` writes.
template <typename Fields>
void append(std::vector<std::byte>& octets, const Fields& fields) {
    FieldCounter counter;
    fields(counter);
    const std::size_t before = octets.size();
    octets.resize(before + counter.size());
    FieldWriter writer(std::span<std::byte>(octets).subspan(before));
    fields(writer);
}

}  // namespace

PropertyBuilder& PropertyBuilder::number(PropertyId id, std::uint32_t value) {
    const PropertyKind* kind = kind_of(static_cast<std::uint32_t>(id));
    assert(kind != nullptr);
    assert(is_number(kind->type));
    assert(value >= kind->lowest);
    assert(value <= kind->highest);
    append(octets_, [&](auto& out) {
        out.byte(static_cast<std::uint8_t>(id));
        switch (kind->type) {
            case PropertyType::byte:
                out.byte(static_cast<std::uint8_t>(value));
                break;
            case PropertyType::two_bytes:
                out.two_bytes(static_cast<std::uint16_t>(value));
                break;
            case PropertyType::four_bytes:
                out.four_bytes(value);
                break;
            default:
                out.variable_byte_integer(value);
                break;
        }
    });
    return *this;
}

PropertyBuilder& PropertyBuilder::text(PropertyId id, std::string_view value) {
    [[maybe_unused]] const PropertyKind* kind = kind_of(static_cast<std::uint32_t>(id));
    assert(kind != nullptr);
    assert(kind->type == PropertyType::text || kind->type == PropertyType::binary);
    append(octets_, [&](auto& out) {
        out.byte(static_cast<std::uint8_t>(id));
        out.text(value);
    });
    return *this;
}

PropertyBuilder& PropertyBuilder::user_property(std::string_view name, std::string_view value) {
    append(octets_, [&](auto& out) {
        out.byte(static_cast<std::uint8_t>(PropertyId::user_property));
        out.text(name);
        out.text(value);
    });
    return *this;
}

}  // namespace trunkline::mqtt
