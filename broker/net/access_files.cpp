#include "broker/net/access_files.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "broker/net/scram_server.hpp"

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

Result<Acl, std::string> read_acl_file(const std::filesystem::path& path) { return read_file<Acl>(path); }

Result<AccessFiles, std::string> read_access_files(const AccessSettings& settings) {
    AccessFiles files;
    files.rules.allows_anonymous = settings.allows_anonymous;
    if (settings.password_file) {
        Result<PasswordFile, std::string> passwords = read_file<PasswordFile>(*settings.password_file);
        if (!passwords) return Failure{passwords.error()};
        files.passwords = std::make_shared<const PasswordFile>(*std::move(passwords));
        files.rules.checks_passwords = true;
        files.rules.methods = {std::string(scram_method)};
    }
    if (settings.acl_file) {
        Result<Acl, std::string> acl = read_acl_file(*settings.acl_file);
        if (!acl) return Failure{acl.error()};
        files.rules.acl = *std::move(acl);
    }
    return files;
}

}  // namespace trunkline::broker
