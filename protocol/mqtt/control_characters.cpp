#include "protocol/mqtt/control_characters.hpp"

#include <cstddef>
#include <variant>

#include "protocol/mqtt/property_table.hpp"

namespace trunkline::mqtt {

namespace {

/// Takes the first code point off well-formed UTF-8.
char32_t take_code_point(std::string_view& text) {
    const auto octet_at = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned first = octet_at(0);
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t code_point = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t at = 1; at < size; ++at) code_point = code_point << 6U | (octet_at(at) & 0x3fU);
    text.remove_prefix(size);
    return code_point;
}

bool is_unwelcome(char32_t code_point) {
    if (code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f)) return true;
    return (code_point >= 0xfdd0 && code_point <= 0xfdef) || (code_point & 0xfffeU) == 0xfffe;
}

bool in_properties(const Properties& properties) {
    for (const Property& property : properties) {
        const PropertyType type = kind_of(static_cast<std::uint32_t>(property.id))->type;
        const bool has_text = type == PropertyType::text || type == PropertyType::text_pair;
        if (has_text && (has_control_characters(property.text) || has_control_characters(property.value))) return true;
    }
    return false;
}

bool in_requests(SubscriptionRequests requests) {
    while (const std::optional<SubscriptionRequest> request = requests.next()) {
        if (has_control_characters(request->filter)) return true;
    }
    return false;
}

bool in_connect(const Connect& packet) {
    if (has_control_characters(packet.client_id) || has_control_characters(packet.user_name.value_or(""))) return true;
    return packet.will && (has_control_characters(packet.will->topic) || in_properties(packet.will->properties));
}

}  // namespace

bool has_control_characters(std::string_view text) {
    while (!text.empty()) {
        if (is_unwelcome(take_code_point(text))) return true;
    }
    return false;
}

bool has_control_characters(const Packet& packet) {
    const auto has = [](const auto& p) {
        if constexpr (requires { p.properties; }) {
            if (in_properties(p.properties)) return true;
        }
        if constexpr (requires { p.requests; }) return in_requests(p.requests);
        else if constexpr (requires { p.client_id; }) return in_connect(p);
        else if constexpr (requires { p.topic; }) return has_control_characters(p.topic);
        else return false;
    };
    return std::visit(has, packet);
}

}  // namespace trunkline::mqtt
