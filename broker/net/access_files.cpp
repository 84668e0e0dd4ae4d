#include "broker/net/access_files.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace trunkline::broker {

namespace {

template <typename File>
Result<File, std::string> read_file(const std::filesystem::path& path) {
    const Result<std::string, std::string> text = read_text(path);
    if (!text) return Failure{text.error()};
    Result<File, FileError> file = File::parse(*text);
    if (!file) return Failure{path.string() + ':' + std::to_string(file.error().line) + ": " + file.error().reason};
    return *std::move(file);
}

}  // namespace

Result<std::string, std::string> read_text(const std::filesystem::path& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::error_code ignored;
    const bool is_readable = in.is_open() && !in.bad() && !std::filesystem::is_directory(path, ignored);
    if (is_readable) return text;
    const int error = errno == 0 ? EISDIR : errno;
    return Failure{"cannot read " + path.string() + ": " + std::generic_category().message(error)};
}

Result<Acl, std::string> read_acl_file(const std::filesystem::path& path) { return read_file<Acl>(path); }

Result<AccessFiles, std::string> read_access_files(const AccessSettings& settings) {
    AccessFiles files;
    files.rules.allows_anonymous = settings.allows_anonymous;
    if (settings.password_file) {
        Result<PasswordFile, std::string> passwords = read_file<PasswordFile>(*settings.password_file);
        if (!passwords) return Failure{passwords.error()};
        files.passwords = std::make_shared<const PasswordFile>(*std::move(passwords));
        files.rules.checks_passwords = true;
    }
    if (settings.acl_file) {
        Result<Acl, std::string> acl = read_acl_file(*settings.acl_file);
        if (!acl) return Failure{acl.error()};
        files.rules.acl = *std::move(acl);
    }
    return files;
}

}  // namespace trunkline::broker
