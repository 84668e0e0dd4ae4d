#include "runtime/settings/text_file.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace trunkline::runtime {

Result<std::string, std::string> read_text(const std::filesystem::path& path) {
    const auto unreadable = [&](int error) {
        return Failure{"cannot read " + path.string() + ": " + std::generic_category().message(error)};
    };
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return unreadable(EISDIR);
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in.is_open()) return unreadable(errno);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return unreadable(EIO);
    return text;
}

}  // namespace trunkline::runtime
