#pragma once
// Numbers for people.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// "1,234,567".
std::string grouped(std::uint64_t number);
/// "1 gateway", "1,200 sensors".
std::string counted(std::uint64_t number, std::string_view one);
/// With so many decimals, rounded: "99.840".
std::string decimal(double number, int decimals);
/// The shortest form that reads back as the same: "0.9984".
std::string shortest(double number);
/// "98.40 %"; all of it is "100 %", and only then; "–" for nothing of nothing.
std::string share(std::uint64_t part, std::uint64_t whole);
/// With three digits or so: "62.1 ms", "10.2 s", "3m20s".
std::string latency_text(Duration duration);

/// In reports for programs.
double seconds(Duration duration);
inline double seconds(Instant since_start) { return seconds(since_start.time_since_epoch()); }
/// From whole microseconds, so that no digits are shown that no histogram has.
double milliseconds(Duration duration);

}  // namespace trunkline::sim
