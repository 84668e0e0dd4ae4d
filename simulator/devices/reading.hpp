#pragma once
// One measurement as it travels: compact JSON, for people who look at it with mosquitto_sub, and strict for us.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace trunkline::sim {

/// {"n":SEQUENCE,"t":MILLISECONDS,"v":VALUE,"u":"UNIT"}, in which VALUE is a number or the quoted name of a state.
struct Reading {
    std::uint64_t sequence = 0;     // of its sensor, from 1
    std::int64_t milliseconds = 0;  // since the run began
    std::int64_t thousandths = 0;   // the value, in thousandths of the unit: exact, also as text
    std::string_view unit;          // plain: no quote, backslash or control character
    std::string_view state = {};    // plain, too; instead of the value, which is zero then

    friend bool operator==(const Reading&, const Reading&) = default;
};

/// What a unit or a state may be, so that it needs no escapes and every reading fits its buffer.
constexpr std::size_t maximum_unit_octets = 24;
bool is_plain_unit(std::string_view unit);

/// A reading in text, without an allocation.
class EncodedReading {
public:
    /// The unit is plain.
    explicit EncodedReading(const Reading& reading);
    std::string_view text() const { return {octets_.data(), size_}; }

private:
    void put(std::string_view text);
    void put(std::uint64_t number);
    void put_value(std::int64_t thousandths);

    std::array<char, 128> octets_;
    std::size_t size_ = 0;
};

/// Reads exactly what EncodedReading writes: no spaces, no other order, no needless digit. The unit views the text.
std::optional<Reading> parse_reading(std::string_view text);

/// The value as a reading's text shows it: "62.018", "closed". Nothing: the text is no reading.
std::optional<std::string_view> value_shown_in(std::string_view text);

}  // namespace trunkline::sim
