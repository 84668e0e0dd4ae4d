#pragma once
// Small files of text that settings name: lists, rules, keys.

#include <filesystem>
#include <string>
#include <utility>

#include "protocol/base/result.hpp"

namespace trunkline::runtime {

/// The whole text. The error is one line: the file and why it cannot be read.
Result<std::string, std::string> read_text(const std::filesystem::path& path);

/// What File::parse() makes of the text. The error is one line: file, line and reason.
template <typename File>
Result<File, std::string> read_file(const std::filesystem::path& path) {
    const Result<std::string, std::string> text = read_text(path);
    if (!text) return Failure{text.error()};
    auto file = File::parse(*text);
    if (!file) return Failure{path.string() + ':' + std::to_string(file.error().line) + ": " + file.error().reason};
    return *std::move(file);
}

}  // namespace trunkline::runtime
