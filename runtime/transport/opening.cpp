// From an accepted socket to a stream whose layers are open, in bounded time.

#include "runtime/transport/opening.hpp"

#include <sys/socket.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cerrno>

#include "runtime/transport/entrance.hpp"
#include "runtime/transport/proxy_layer.hpp"
#include "runtime/transport/stream_table.hpp"
#include "runtime/transport/websocket_layer.hpp"

namespace trunkline::runtime {

net::awaitable<void> shake_hands(TcpSocket& socket, Handshake& handshake, std::span<std::byte> buffer) {
    while (handshake.layers.status() == StreamLayer::Status::opening) {
        const auto [error] = co_await socket.async_wait(TcpSocket::wait_read, as_result);
        if (error) co_return;
        const ssize_t size = ::recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (size <= 0) {
            handshake.failure = "handshake: the peer has gone";
            co_return;
        }
        handshake.layers.received(buffer.first(static_cast<std::size_t>(size)), handshake.to_owner, handshake.to_peer);
        // Before more is read: the peer can have no more of us than it takes.
        if (handshake.layers.status() == StreamLayer::Status::opening) co_await send_rest(socket, handshake.to_peer);
    }
    if (handshake.layers.status() == StreamLayer::Status::ended) handshake.failure = "handshake: the peer has ended it";
    if (handshake.layers.status() == StreamLayer::Status::failed) handshake.failure = handshake.layers.failure();
}

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
    Handshake handshake{.layers = entrance->make_layers(), .to_owner = {}, .to_peer = {}};
    Timer timer(loop.io(), entrance->settings.handshake_timeout);
    co_await (shake_hands(socket, handshake, loop.read_buffer().first(opening_piece_bytes)) ||
              timer.async_wait(as_result));
    under_way.reset();
    entrance->room.cancel();
    if (entrance->is_closed) co_return;
    if (handshake.is_done()) {
        handshake.layers.describe(origin);
        handshake.layers.settle();
        co_return adopt(SocketHandle(std::move(socket)), origin, std::move(handshake.layers),
                        std::move(handshake.to_owner), std::move(handshake.to_peer));
    }
    events.handshake_failed(origin, handshake.failure);
    // What says why, an alert or an HTTP error, still leaves.
    handshake.layers.close(handshake.to_peer);
    co_await farewell(std::move(socket), std::move(handshake.to_peer), leaving);
}

}  // namespace trunkline::runtime
