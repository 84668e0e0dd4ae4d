#include "protocol/mqtt/reader.hpp"

#include "protocol/base/utf8.hpp"

namespace trunkline::mqtt {

namespace {

/// Octets from 0x01 to 0x7f alone, as nearly all topic names are: such a text is well-formed. Without an early exit,
/// so that compilers look at sixteen octets at a time.
bool is_ascii_without_null(ByteView octets) {
    unsigned char seen = 0;
    for (const std::byte octet : octets) {
        const auto value = std::to_integer<unsigned char>(octet);
        seen = static_cast<unsigned char>(seen | value | (value - 1U));  // zero minus one has the high bit too
    }
    return seen < 0x80;
}

}  // namespace

std::uint32_t Reader::variable_byte_integer() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        const std::uint32_t octet = byte();
        if (failed()) return 0;
        value |= (octet & 0x7fU) << shift;
        if (octet >= 0x80) continue;
        if (octet == 0 && shift != 0) {
            fail(ReasonCode::malformed_packet, clauses::shortest_integer);
            return 0;
        }
        return value;
    }
    fail(ReasonCode::malformed_packet, clauses::long_integer);
    return 0;
}

std::string_view Reader::text(Clause missing) {
    const ByteView octets = binary(missing);
    if (is_ascii_without_null(octets) || is_mqtt_utf8(octets)) return as_text(octets);
    const bool has_null = as_text(octets).find('\0') != std::string_view::npos;
    fail(ReasonCode::malformed_packet, has_null ? clauses::text_without_null : clauses::well_formed_text);
    return {};
}

}  // namespace trunkline::mqtt
