#include "simulator/devices/reading.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <limits>

namespace trunkline::sim {

namespace {

/// Removes `word` at the front. False: something else stands there.
bool skip(std::string_view& text, std::string_view word) {
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One number has one form, ours: whatever is written otherwise ("+1", "01", "1.50", "-0") is no reading.

/// Digits, the first of several not zero.
template <typename Number>
std::optional<Number> take_number(std::string_view& text) {
    if (text.empty() || !is_digit(text[0])) return std::nullopt;
    if (text[0] == '0' && text.size() > 1 && is_digit(text[1])) return std::nullopt;
    Number number{};
    // So many digits fit into every number.
    constexpr std::size_t safe = std::numeric_limits<Number>::digits10;
    std::size_t digits = 0;
    for (; digits < safe && digits < text.size() && is_digit(text[digits]); ++digits)
        number = number * 10 + static_cast<Number>(text[digits] - '0');
    if (digits < safe) {
        text.remove_prefix(digits);
        return number;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// Up to three digits after the point, the last one not zero, as thousandths.
std::optional<std::int64_t> take_fraction(std::string_view& text) {
    if (!skip(text, ".")) return 0;
    std::int64_t thousandths = 0;
    std::size_t digits = 0;
    for (; digits < 3 && digits < text.size() && is_digit(text[digits]); ++digits) {
        thousandths = thousandths * 10 + (text[digits] - '0');
    }
    if (digits == 0 || text[digits - 1] == '0') return std::nullopt;
    text.remove_prefix(digits);
    for (; digits < 3; ++digits) thousandths *= 10;
    return thousandths;
}

std::optional<std::int64_t> take_value(std::string_view& text) {
    const bool is_negative = skip(text, "-");
    const std::optional<std::uint64_t> whole = take_number<std::uint64_t>(text);
    constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / 1000 - 1);
    if (!whole || *whole > limit) return std::nullopt;
    const std::optional<std::int64_t> fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const std::int64_t size = static_cast<std::int64_t>(*whole) * 1000 + *fraction;
    if (is_negative && size == 0) return std::nullopt;
    return is_negative ? -size : size;
}

/// A state leaves the value at zero.
std::optional<std::int64_t> take_value_or_state(std::string_view& text, std::string_view& state) {
    if (!skip(text, "\"")) return take_value(text);
    const std::size_t size = text.find('"');
    if (size == std::string_view::npos || size == 0) return std::nullopt;
    state = text.substr(0, size);
    text.remove_prefix(size + 1);
    return 0;
}

std::optional<Reading> take_fields(std::string_view text) {
    if (!skip(text, "{\"n\":")) return std::nullopt;
    const auto sequence = take_number<std::uint64_t>(text);
    if (!sequence || !skip(text, ",\"t\":")) return std::nullopt;
    const auto milliseconds = take_number<std::int64_t>(text);
    if (!milliseconds || !skip(text, ",\"v\":")) return std::nullopt;
    std::string_view state;
    const auto value = take_value_or_state(text, state);
    if (!value || !skip(text, ",\"u\":\"")) return std::nullopt;
    const std::size_t unit_size = text.find('"');
    if (unit_size == std::string_view::npos || text.substr(unit_size) != "\"}") return std::nullopt;
    return Reading{*sequence, *milliseconds, *value, text.substr(0, unit_size), state};
}

}  // namespace

bool is_plain_unit(std::string_view unit) {
    const auto is_plain = [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '"' && c != '\\';
    };
    return unit.size() <= maximum_unit_octets && std::all_of(unit.begin(), unit.end(), is_plain);
}

EncodedReading::EncodedReading(const Reading& reading) {
    assert(is_plain_unit(reading.unit) && is_plain_unit(reading.state));
    assert(reading.milliseconds >= 0);
    put("{\"n\":");
    put(reading.sequence);
    put(",\"t\":");
    put(static_cast<std::uint64_t>(reading.milliseconds));
    put(",\"v\":");
    if (reading.state.empty()) {
        put_value(reading.thousandths);
    } else {
        put("\"");
        put(reading.state);
        put("\"");
    }
    put(",\"u\":\"");
    put(reading.unit);
    put("\"}");
}

void EncodedReading::put(std::string_view text) {
    assert(size_ + text.size() <= octets_.size());
    std::copy(text.begin(), text.end(), octets_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
}

void EncodedReading::put(std::uint64_t number) {
    const auto [end, error] = std::to_chars(octets_.data() + size_, octets_.data() + octets_.size(), number);
    assert(error == std::errc{});
    size_ = static_cast<std::size_t>(end - octets_.data());
}

void EncodedReading::put_value(std::int64_t thousandths) {
    if (thousandths < 0) put("-");
    const auto size = static_cast<std::uint64_t>(thousandths < 0 ? -thousandths : thousandths);
    put(size / 1000);
    const std::uint64_t fraction = size % 1000;
    if (fraction == 0) return;
    const char digits[] = {static_cast<char>('0' + fraction / 100), static_cast<char>('0' + fraction / 10 % 10),
                           static_cast<char>('0' + fraction % 10)};
    const std::size_t needed = digits[2] != '0' ? 3 : digits[1] != '0' ? 2 : 1;
    put(".");
    put(std::string_view(digits, needed));
}

std::optional<Reading> parse_reading(std::string_view text) {
    const std::optional<Reading> reading = take_fields(text);
    if (!reading || !is_plain_unit(reading->unit) || !is_plain_unit(reading->state)) return std::nullopt;
    return reading;
}

std::optional<std::string_view> value_shown_in(std::string_view text) {
    if (!parse_reading(text)) return std::nullopt;
    constexpr std::string_view before = ",\"v\":";
    text.remove_prefix(text.find(before) + before.size());
    if (skip(text, "\"")) return text.substr(0, text.find('"'));
    return text.substr(0, text.find(','));
}

}  // namespace trunkline::sim
