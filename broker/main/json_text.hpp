#pragma once
// A text as JSON has it.

#include <string>
#include <string_view>

namespace trunkline::broker {

inline std::string json_text(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < ' ') {
            json += "\\u00";
            json += digits[octet >> 4U];
            json += digits[octet & 0xFU];
            continue;
        }
        if (c == '"' || c == '\\') json += '\\';
        json += c;
    }
    return json + '"';
}

}  // namespace trunkline::broker
