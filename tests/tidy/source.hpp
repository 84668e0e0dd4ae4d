#pragma once
// One source file, read and cut into words.

#include <string>
#include <string_view>

#include "tests/tidy/token.hpp"

namespace trunkline::tidy {

struct Source {
    Source(std::string path_from_root, std::string content);

    std::string path;    // from the root: "broker/core/session.hpp"
    std::string folder;  // "broker/core"
    std::string stem;    // "session"
    bool header;
    std::string text;
    Words words;
};

/// "broker/core" of "broker/core/session.hpp"; empty if there is no folder.
std::string_view folder_of(std::string_view path);

}  // namespace trunkline::tidy
