#pragma once
// A socket that Asio does not know. For sources of this folder only.

#include <unistd.h>

#include <utility>

#include "runtime/transport/asio.hpp"

namespace trunkline::runtime {

/// Owns a descriptor.
class SocketHandle {
public:
    SocketHandle() = default;
    explicit SocketHandle(int handle) : handle_(handle) {}
    /// Takes it from Asio, which forgets what waits for it.
    explicit SocketHandle(TcpSocket socket) : handle_(socket.release()) {}
    SocketHandle(SocketHandle&& other) noexcept : handle_(std::exchange(other.handle_, none)) {}
    SocketHandle& operator=(SocketHandle other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~SocketHandle() {
        if (is_open()) ::close(handle_);
    }

    bool is_open() const { return handle_ >= 0; }
    int get() const { return handle_; }
    /// Gives it back to Asio, for which a Unix socket is like any other.
    TcpSocket to_asio(net::io_context& io) { return TcpSocket(io, net::ip::tcp::v4(), std::exchange(handle_, none)); }

private:
    static constexpr int none = -1;
    int handle_ = none;
};

}  // namespace trunkline::runtime
