#include "simulator/report/json_writer.hpp"

#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

namespace trunkline::sim {

JsonWriter& JsonWriter::end() {
    assert(!levels_.empty());
    const Level level = levels_.back();
    levels_.pop_back();
    if (!level.is_empty && !level.is_row) new_line();
    text_ += level.closing;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    before_value();
    append_text(name);
    text_ += ": ";
    after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    before_value();
    append_text(text);
    return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
    before_value();
    text_ += std::to_string(number);
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) return null();
    before_value();
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text_.append(digits, end);
    return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
    before_value();
    text_ += truth ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::null() {
    before_value();
    text_ += "null";
    return *this;
}

std::string JsonWriter::take() {
    assert(levels_.empty());
    text_ += '\n';
    return std::exchange(text_, {});
}

JsonWriter& JsonWriter::open(char opening, char closing, bool is_row) {
    before_value();
    text_ += opening;
    levels_.push_back({closing, is_row});
    return *this;
}

void JsonWriter::before_value() {
    if (std::exchange(after_key_, false) || levels_.empty()) return;
    const bool is_first = std::exchange(levels_.back().is_empty, false);
    if (!is_first) text_ += ',';
    if (!levels_.back().is_row) new_line();
    else if (!is_first) text_ += ' ';
}

void JsonWriter::new_line() {
    text_ += '\n';
    text_.append(levels_.size() * 2, ' ');
}

void JsonWriter::append_text(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    text_ += '"';
    for (const char character : text) {
        const auto octet = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            text_ += '\\';
            text_ += character;
        } else if (octet < 0x20) {
            text_ += "\\u00";
            text_ += hex[octet >> 4U];
            text_ += hex[octet & 0xfU];
        } else {
            text_ += character;
        }
    }
    text_ += '"';
}

}  // namespace trunkline::sim
