#include "runtime/store/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace trunkline::runtime {

namespace {

std::string reason(int error) { return std::system_category().message(error); }

void make(const std::filesystem::path& path) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    if (error) throw DataDirectoryError("cannot make data directory " + path.string() + ": " + error.message());
    // Messages of strangers may lie in it: nobody else reads them.
    if (::mkdir(path.c_str(), S_IRWXU) == 0) return;
    const int failure = errno;
    if (failure == EEXIST && std::filesystem::is_directory(path, error)) return;
    throw DataDirectoryError("cannot make data directory " + path.string() + ": " + reason(failure));
}

}  // namespace

DataDirectory::DataDirectory(std::filesystem::path path) : path_(std::move(path)) {
    if (!path_.has_filename()) path_ = path_.parent_path();  // "dir/"
    make(path_);
    const std::filesystem::path file = path_ / "lock";
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (lock_ < 0)
        throw DataDirectoryError("cannot write into data directory " + path_.string() + ": " + reason(errno));
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
    const int failure = errno;
    ::close(lock_);
    if (failure == EWOULDBLOCK) {
        throw DataDirectoryError("data directory in use: " + path_.string() +
                                 " (another program runs on it: stop it, or choose another directory)");
    }
    throw DataDirectoryError("cannot lock data directory " + path_.string() + ": " + reason(failure));
}

DataDirectory::~DataDirectory() { ::close(lock_); }

}  // namespace trunkline::runtime
