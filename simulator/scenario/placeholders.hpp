#pragma once
// {station}, {n} and {n:02} in ids and topics.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace trunkline::sim::reading {

/// What a placeholder stands for: a text, or a number that may be padded with zeros to a width of 1 to 9.
struct Placeholder {
    std::string_view name;
    std::string_view text;
    std::uint64_t number = 0;
    bool is_number = false;
};

/// Why a template does not expand: `{m} is no placeholder here; {station} and {n} are`.
struct TemplateError {
    std::string text;
};

/// The template with each placeholder replaced. Braces are for placeholders only.
Result<std::string, TemplateError> expand(std::string_view pattern, std::span<const Placeholder> known);

}  // namespace trunkline::sim::reading
