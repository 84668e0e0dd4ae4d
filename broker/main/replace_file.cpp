#include "broker/main/replace_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>

namespace trunkline::broker {

namespace {

/// Everything and durably, or errno.
bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) return false;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(file) == 0;
}

[[noreturn]] void fail(const std::string& path) {
    throw std::runtime_error("cannot write " + path + ": " + std::generic_category().message(errno));
}

/// After a power loss the name is that of the new file.
void sync_folder(const std::filesystem::path& folder) {
    const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return;  // it may not be read: the file itself is durable
    ::fsync(file);
    ::close(file);
}

}  // namespace

void replace_file(const std::filesystem::path& path, std::string_view text) {
    std::error_code error;
    const std::filesystem::path real = std::filesystem::canonical(path, error);
    const std::filesystem::path target = error ? path : real;  // a link stays one
    struct stat before {};
    const bool is_new = ::stat(target.c_str(), &before) != 0;
    std::string beside = target.string() + ".XXXXXX";
    const int file = ::mkstemp(beside.data());  // for its owner alone
    if (file < 0) fail(target.string());
    bool is_done = write_all(file, text);
    if (is_done && !is_new) {
        is_done = ::fchmod(file, before.st_mode & 07777U) == 0;
        // Only root may give a file away, and only root had to keep it somebody else's.
        if (::geteuid() == 0) is_done = is_done && ::fchown(file, before.st_uid, before.st_gid) == 0;
    }
    const int reason = errno;
    ::close(file);
    errno = reason;
    if (!is_done || ::rename(beside.c_str(), target.c_str()) != 0) {
        const int cause = errno;
        ::unlink(beside.c_str());
        errno = cause;
        fail(target.string());
    }
    sync_folder(target.parent_path());
}

}  // namespace trunkline::broker
