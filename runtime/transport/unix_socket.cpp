#include "runtime/transport/unix_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace trunkline::runtime {

namespace {

bool is_socket_of_nobody(const sockaddr_un& address) {
    struct stat found {};
    if (::lstat(address.sun_path, &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    const bool is_refused =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
    ::close(probe);
    return is_refused;
}

int failed(std::error_code& error, int handle) {
    error = {errno, std::system_category()};
    if (handle >= 0) ::close(handle);
    return -1;
}

/// False: the path is too long for one.
bool put_path(const std::string& path, sockaddr_un& address, std::error_code& error) {
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        error = std::make_error_code(std::errc::filename_too_long);
        return false;
    }
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    return true;
}

}  // namespace

int listen_on_unix_socket(const std::string& path, std::error_code& error) {
    sockaddr_un address{};
    if (!put_path(path, address, error)) return -1;
    if (is_socket_of_nobody(address)) ::unlink(address.sun_path);
    const int handle = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (handle < 0) return failed(error, handle);
    if (::bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return failed(error, handle);
    if (::listen(handle, SOMAXCONN) != 0) return failed(error, handle);
    return handle;
}

int connect_to_unix_socket(const std::string& path, std::error_code& error) {
    sockaddr_un address{};
    if (!put_path(path, address, error)) return -1;
    const int handle = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (handle < 0) return failed(error, handle);
    if (::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return failed(error, handle);
    return handle;
}

}  // namespace trunkline::runtime
