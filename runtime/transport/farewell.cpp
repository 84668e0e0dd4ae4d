#include <sys/socket.h>

#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cerrno>

#include "runtime/transport/stream_table.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::chrono::seconds patience{3};

/// As recv(), of octets that nobody wants. A buffer of the coroutine would be most of what a stream holds that leaves,
/// and in a storm thousands leave.
ssize_t forget_some(int handle) {
    std::array<std::byte, 4096> forgotten;
    return ::recv(handle, forgotten.data(), forgotten.size(), MSG_DONTWAIT);
}

/// Reads and forgets until the peer ends its side.
net::awaitable<void> await_end(TcpSocket& socket) {
    for (;;) {
        const auto [error] = co_await socket.async_wait(TcpSocket::wait_read, as_result);
        if (error) co_return;
        const ssize_t size = forget_some(socket.native_handle());
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) co_return;
    }
}

net::awaitable<void> leave(TcpSocket& socket, OutputBytes& unsent) {
    co_await send_rest(socket, unsent);
    error_code ignored;  // not connected any more: await_end() sees it
    socket.shutdown(TcpSocket::shutdown_send, ignored);
    co_await await_end(socket);
}

}  // namespace

net::awaitable<void> send_rest(TcpSocket& socket, OutputBytes& unsent) {
    while (!unsent.empty()) {
        const ByteView bytes = unsent.view();
        const ssize_t size = ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size > 0) {
            unsent.consume(static_cast<std::size_t>(size));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) co_return;  // the peer is gone: nobody is left to be told
        const auto [error] = co_await socket.async_wait(TcpSocket::wait_write, as_result);
        if (error) co_return;
    }
}

net::awaitable<void> farewell(TcpSocket socket, OutputBytes unsent, [[maybe_unused]] LeavingToken token) {
    using net::experimental::awaitable_operators::operator||;
    Timer timer(socket.get_executor(), patience);
    co_await (leave(socket, unsent) || timer.async_wait(as_result));
}

}  // namespace trunkline::runtime
