// From an accepted socket to a stream whose layers are open, in bounded time.

#include <sys/socket.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cerrno>

#include "runtime/transport/entrance.hpp"
#include "runtime/transport/proxy_layer.hpp"
#include "runtime/transport/stream_table.hpp"
#include "runtime/transport/websocket_layer.hpp"

namespace trunkline::runtime {

/// A stream before its owner knows it.
struct Opening {
    TcpSocket socket;
    LayerStack layers;
    OutputBytes to_owner;
    OutputBytes to_peer;
    std::string_view failure = "handshake: not done in time";  // unless something else happens
};

namespace {

constexpr std::size_t opening_piece_bytes = 16 * 1024;

net::awaitable<void> shake_hands(Opening& opening, std::span<std::byte> buffer) {
    while (opening.layers.status() == StreamLayer::Status::opening) {
        const auto [error] = co_await opening.socket.async_wait(TcpSocket::wait_read, as_result);
        if (error) co_return;
        const ssize_t size = ::recv(opening.socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (size <= 0) {
            opening.failure = "handshake: the peer has gone";
            co_return;
        }
        opening.layers.received(buffer.first(static_cast<std::size_t>(size)), opening.to_owner, opening.to_peer);
        // Before more is read: the peer can have no more of us than it takes.
        if (opening.layers.status() == StreamLayer::Status::opening)
            co_await send_rest(opening.socket, opening.to_peer);
    }
    if (opening.layers.status() == StreamLayer::Status::ended) opening.failure = "handshake: the peer has ended it";
    if (opening.layers.status() == StreamLayer::Status::failed) opening.failure = opening.layers.failure();
}

}  // namespace

LayerStack Entrance::make_layers() const {
    LayerStack layers;
    if (settings.proxy) layers.add(make_proxy_layer());
    if (tls) layers.add(tls->make_layer());
    if (settings.websocket) layers.add(make_websocket_layer(*settings.websocket));
    return layers;
}

net::awaitable<void> TcpStreams::State::open(TcpSocket socket, StreamOrigin origin, std::shared_ptr<Entrance> entrance,
                                             LeavingToken under_way) {
    using net::experimental::awaitable_operators::operator||;
    Opening opening{std::move(socket), entrance->make_layers(), {}, {}};
    Timer timer(loop.io(), entrance->settings.handshake_timeout);
    co_await (shake_hands(opening, loop.read_buffer().first(opening_piece_bytes)) || timer.async_wait(as_result));
    under_way.reset();
    entrance->room.cancel();
    if (entrance->is_closed) co_return;
    // Whoever sends all it has to say and ends in one go has got through as well.
    if (opening.layers.status() == StreamLayer::Status::open || !opening.to_owner.empty()) {
        opening.layers.describe(origin);
        opening.layers.settle();
        co_return adopt(SocketHandle(std::move(opening.socket)), origin, std::move(opening.layers),
                        std::move(opening.to_owner), std::move(opening.to_peer));
    }
    events.handshake_failed(origin, opening.failure);
    // What says why, an alert or an HTTP error, still leaves.
    opening.layers.close(opening.to_peer);
    co_await farewell(std::move(opening.socket), std::move(opening.to_peer), leaving);
}

}  // namespace trunkline::runtime
