#pragma once
// The settings file: one JSON object, comments allowed.

#include <string>
#include <string_view>

#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::runtime {

/// Reads the text of a file; `name` is for messages. Throws UsageError with file, line and JSON pointer: not JSON, an
/// unknown key (names the nearest known one), a key that is given twice or not available, a value of another kind. An
/// object within the array of a key that has options becomes the URL with its query.
Given parse_config(const Program& program, std::string_view text, const std::string& name);

/// The same from a file. Throws UsageError if it cannot be read.
Given read_config(const Program& program, const std::string& path);

}  // namespace trunkline::runtime
