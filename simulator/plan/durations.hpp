#pragma once
// Durations and moments as people write them: "90s", "10m", "1h30m", "250ms"; "00:03:10.250".

#include <string>
#include <string_view>

#include "protocol/base/instant.hpp"
#include "protocol/base/result.hpp"

namespace trunkline::sim {

/// What is wrong with a text that is no duration, as a fragment: `"sec" is no unit (ns, us, ms, s, m, h, d)`.
struct DurationError {
    std::string text;
};

/// Whole numbers with units, larger units first, each unit at most once; a bare "0" too. Up to 100 years.
Result<Duration, DurationError> parse_duration(std::string_view text);

/// The shortest text that parse_duration() reads back as the same value: "1h30m", "250ms", "0s".
std::string duration_text(Duration duration);

/// A moment of a run for people: "01:02:03.250", hours of two digits and more.
std::string clock_text(Instant instant);

}  // namespace trunkline::sim
