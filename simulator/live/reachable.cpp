#include "simulator/live/reachable.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "runtime/transport/resolve.hpp"
#include "runtime/transport/socket_address.hpp"

namespace trunkline::sim {

namespace {

/// 0, or errno.
int connect_once(const Address& address) {
    constexpr timeval patience{5, 0};
    const runtime::SocketAddress peer = runtime::to_socket_address(address);
    const int socket = ::socket(peer.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return errno;
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);  // connect() heeds it (socket(7))
    const int error = ::connect(socket, peer.get(), peer.size) == 0 ? 0 : errno;
    ::close(socket);
    return error;
}

}  // namespace

std::optional<std::string> why_unreachable(const runtime::Url& url) {
    const auto addresses = runtime::resolve(url.host, url.port);
    if (!addresses) return "cannot be found: " + addresses.error();
    int error = 0;
    for (const Address& address : *addresses) {
        error = connect_once(address);
        if (error == 0) return std::nullopt;
    }
    return "cannot be reached: " + std::generic_category().message(error);
}

}  // namespace trunkline::sim
