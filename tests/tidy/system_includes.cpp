#include <algorithm>
#include <array>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

namespace {

// The standard library's doors to threads, clocks and luck: shut in all of a virtual run.
constexpr std::array<std::string_view, 17> world_headers = {
    "thread",    "mutex",      "shared_mutex", "condition_variable",
    "future",    "stop_token", "semaphore",    "latch",
    "barrier",   "random",     "ctime",        "csignal",
    "csetjmp",   "locale",     "clocale",      "codecvt",
    "execution",
};
// Files and streams: shut in cores.
constexpr std::array<std::string_view, 12> stream_headers = {
    "fstream", "iostream", "istream",   "ostream",    "sstream", "iomanip",
    "ios",     "cstdio",   "streambuf", "filesystem", "iosfwd",  "syncstream",
};

bool contains(const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_standard(std::string_view header) { return header.find_first_of("./") == std::string_view::npos; }

bool is_allowed_library(const Layer& layer, std::string_view header) {
    return std::any_of(layer.libraries.begin(), layer.libraries.end(), [&](const std::string& library) {
        return library.ends_with('/') ? header.starts_with(library) : header == library;
    });
}

}  // namespace

void check_system_includes(const Source& source, const Layer& layer, Findings& findings) {
    if (layer.kind != Kind::pure && layer.kind != Kind::virtual_run) return;
    for (const Include& include : source.words.includes) {
        if (include.quoted || is_allowed_library(layer, include.path)) continue;
        std::string_view reason;
        if (!is_standard(include.path)) reason = "is not the standard library";
        else if (contains(world_headers, include.path)) reason = "opens the real world to a virtual run";
        else if (layer.kind == Kind::pure && contains(stream_headers, include.path)) reason = "does input or output";
        if (reason.empty()) continue;
        findings.push_back({source.path, include.line, "system-include",
                            '<' + include.path + "> " + std::string(reason) + ": not in " + source.folder});
    }
}

}  // namespace trunkline::tidy
