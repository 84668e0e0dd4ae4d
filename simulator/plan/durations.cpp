#include "simulator/plan/durations.hpp"

#include <array>
#include <charconv>

namespace trunkline::sim {

namespace {

struct Unit {
    std::string_view name;
    Duration length;
};
constexpr std::array<Unit, 7> units = {{
    {"d", std::chrono::hours(24)},
    {"h", std::chrono::hours(1)},
    {"m", std::chrono::minutes(1)},
    {"s", std::chrono::seconds(1)},
    {"ms", std::chrono::milliseconds(1)},
    {"us", std::chrono::microseconds(1)},
    {"ns", std::chrono::nanoseconds(1)},
}};
constexpr Duration longest = std::chrono::hours(24) * 36525;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

Failure<DurationError> failure(std::string text) { return Failure{DurationError{std::move(text)}}; }

}  // namespace

Result<Duration, DurationError> parse_duration(std::string_view text) {
    if (text == "0") return Duration::zero();
    if (text.empty()) return failure("it is empty");
    Duration total{};
    std::size_t next_unit = 0;  // units must get smaller
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error == std::errc::result_out_of_range) return failure("it is longer than 100 years");
        if (error != std::errc() || count < 0) return failure("a whole number must stand before each unit");
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        std::size_t length = 0;
        while (length < text.size() && !is_digit(text[length])) ++length;
        const std::string_view name = text.substr(0, length);
        text.remove_prefix(length);
        if (name.empty()) return failure("it has no unit (ns, us, ms, s, m, h, d)");
        if (name.front() == '.' || name.front() == ',')
            return failure("it has a fraction; take the next smaller unit, as in \"1500ms\"");
        std::size_t unit = 0;
        while (unit < units.size() && units[unit].name != name) ++unit;
        if (unit == units.size()) return failure('"' + std::string(name) + "\" is no unit (ns, us, ms, s, m, h, d)");
        if (unit < next_unit) return failure("larger units come first, each at most once");
        next_unit = unit + 1;
        if (count > (longest - total) / units[unit].length) return failure("it is longer than 100 years");
        total += count * units[unit].length;
    }
    return total;
}

std::string duration_text(Duration duration) {
    if (duration == Duration::zero()) return "0s";
    std::string text;
    if (duration < Duration::zero()) {
        text = "-";
        duration = -duration;
    }
    for (const Unit& unit : units) {
        const auto count = duration / unit.length;
        if (count == 0) continue;
        text += std::to_string(count) + std::string(unit.name);
        duration -= count * unit.length;
    }
    return text;
}

std::string clock_text(Instant instant) {
    const auto all = std::chrono::floor<std::chrono::milliseconds>(instant.time_since_epoch()).count();
    std::string text;
    if (all < 0) return "-" + clock_text(Instant(-instant.time_since_epoch()));
    const auto append = [&text](std::int64_t value, std::size_t digits, const char* behind) {
        const std::string number = std::to_string(value);
        if (number.size() < digits) text.append(digits - number.size(), '0');
        text += number + behind;
    };
    append(all / 3'600'000, 2, ":");
    append(all / 60'000 % 60, 2, ":");
    append(all / 1'000 % 60, 2, ".");
    append(all % 1'000, 3, "");
    return text;
}

}  // namespace trunkline::sim
