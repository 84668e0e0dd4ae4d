#include <algorithm>
#include <array>

#include "protocol/base/bytes.hpp"
#include "protocol/base/utf8.hpp"
#include "runtime/log/log.hpp"

namespace trunkline::runtime {

namespace {

// A ClientId may have 65,535 octets; a line that long helps nobody, and somebody could fill the disk with it.
constexpr std::size_t value_limit_octets = 256;

bool stands_unquoted(char character) {
    return character > ' ' && character < 0x7f && character != '"' && character != '\\' && character != '=';
}

void append_hexadecimal(std::string& line, unsigned char octet) {
    constexpr std::string_view digits = "0123456789abcdef";
    line += "\\x";
    line += digits[octet >> 4U];
    line += digits[octet & 0x0fU];
}

void append_ascii(std::string& line, char character) {
    switch (character) {
        case '"':
            line += "\\\"";
            return;
        case '\\':
            line += "\\\\";
            return;
        case '\n':
            line += "\\n";
            return;
        case '\r':
            line += "\\r";
            return;
        case '\t':
            line += "\\t";
            return;
        default:
            break;
    }
    if (character >= ' ' && character < 0x7f) line += character;
    else append_hexadecimal(line, static_cast<unsigned char>(character));
}

/// Of a well-formed sequence: C1 controls (U+0080 to U+009F), line and paragraph separators and bidirectional controls
/// (U+2028 to U+202E, U+2066 to U+2069), which a terminal obeys instead of showing.
bool is_obeyed(std::string_view sequence) {
    const auto at = [&](std::size_t index) { return static_cast<unsigned char>(sequence[index]); };
    if (sequence.size() == 2) return at(0) == 0xc2 && at(1) < 0xa0;
    if (sequence.size() != 3 || at(0) != 0xe2) return false;
    return (at(1) == 0x80 && at(2) >= 0xa8 && at(2) <= 0xae) || (at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9);
}

std::size_t sequence_size(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xe0) return 2;
    return first < 0xf0 ? 3 : 4;
}

/// The first octets, without half a sequence at the end.
std::string_view cut(std::string_view value) {
    std::size_t size = value_limit_octets;
    while (size > 0 && (static_cast<unsigned char>(value[size]) & 0xc0U) == 0x80U) --size;
    return value.substr(0, size);
}

void append_well_formed(std::string& line, std::string_view text) {
    while (!text.empty()) {
        const std::string_view sequence = text.substr(0, sequence_size(static_cast<unsigned char>(text.front())));
        text.remove_prefix(sequence.size());
        if (sequence.size() == 1) append_ascii(line, sequence.front());
        else if (!is_obeyed(sequence)) line += sequence;
        else
            for (const char octet : sequence) append_hexadecimal(line, static_cast<unsigned char>(octet));
    }
}

}  // namespace

void append_quoted(std::string& line, std::string_view value) {
    if (!value.empty() && value.size() <= value_limit_octets &&
        std::all_of(value.begin(), value.end(), stands_unquoted)) {
        line += value;
        return;
    }
    const std::string_view shown = value.size() <= value_limit_octets ? value : cut(value);
    line += '"';
    if (is_mqtt_utf8(as_byte_view(shown))) append_well_formed(line, shown);
    else
        for (const char octet : shown) append_ascii(line, octet);
    line += '"';
    if (shown.size() < value.size()) line += "(of " + std::to_string(value.size()) + " octets)";
}

void LogField::append_to(std::string& line) const {
    if (key_.empty()) return;
    line += ' ';
    line += key_;
    line += '=';
    if (const auto* text = std::get_if<std::string_view>(&value_)) append_quoted(line, *text);
    else if (const auto* number = std::get_if<std::int64_t>(&value_)) line += std::to_string(*number);
    else line += std::get<bool>(value_) ? "true" : "false";
}

}  // namespace trunkline::runtime
