#pragma once
// A file changes whole or not at all.

#include <filesystem>
#include <string_view>

namespace trunkline::broker {

/// Writes the text beside the file, makes it durable, and puts it in the file's place. The file keeps its permissions;
/// a new one is for its owner alone. Throws std::runtime_error.
void replace_file(const std::filesystem::path& path, std::string_view text);

}  // namespace trunkline::broker
