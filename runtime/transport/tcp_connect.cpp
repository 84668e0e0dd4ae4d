// Outgoing connections: the name's addresses in turn, until one answers.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "runtime/transport/resolve.hpp"
#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/stream_table.hpp"
#include "runtime/transport/tls_client_context.hpp"
#include "runtime/transport/unix_socket.hpp"

namespace trunkline::runtime {

namespace {

/// How long the next address of a name waits for one that does not answer: a machine that is switched off says nothing,
/// and would have the whole time to itself.
constexpr std::chrono::seconds address_patience{1};

using Endpoints = std::vector<net::ip::tcp::endpoint>;

net::ip::tcp::endpoint endpoint_of(const Address& address) {
    const net::ip::address_v6 v6(address.ip);
    if (!address.is_v4()) return {v6, address.port};
    return {net::ip::make_address_v4(net::ip::v4_mapped, v6), address.port};
}

std::error_code last_error() { return {errno, std::system_category()}; }

/// The port is chosen when the target is known: it may serve for other targets as well.
std::error_code come_from(int handle, int family, const Address& from) {
    const int on = 1;
    ::setsockopt(handle, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);  // or it is chosen now
    Address any_port = from;
    any_port.port = 0;
    const SocketAddress own = to_socket_address(any_port, family);
    return ::bind(handle, own.get(), own.size) == 0 ? std::error_code() : last_error();
}

/// No error: it is under way.
std::error_code begin(int handle, const SocketAddress& target, const std::optional<Address>& from) {
    const int on = 1;
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // refused: only speed would suffer
    if (const std::error_code error = from ? come_from(handle, target.family(), *from) : std::error_code())
        return error;
    const bool is_under_way = ::connect(handle, target.get(), target.size) == 0 || errno == EINPROGRESS;
    return is_under_way ? std::error_code() : last_error();
}

/// The resolver has a thread of Asio's; a host that is written as a number does not start it.
net::awaitable<error_code> look_up(Url to, Endpoints& found) {
    if (const std::optional<Address> address = numeric_address(to.host, to.port)) {
        found.push_back(endpoint_of(*address));
        co_return error_code();
    }
    net::ip::tcp::resolver resolver(co_await net::this_coro::executor);
    const auto [error, results] = co_await resolver.async_resolve(to.host, std::to_string(to.port), as_result);
    for (const auto& result : results) found.push_back(result.endpoint());
    co_return error;
}

}  // namespace

void TcpStreams::State::begin_connecting(StreamId id, Stream& stream, const Address& to) {
    const SocketAddress target = to_socket_address(to);
    stream.socket = SocketHandle(::socket(target.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const std::error_code error =
        stream.socket.is_open() ? begin(stream.socket.get(), target, stream.connecting->from) : last_error();
    if (!error) return wait(id, stream);
    net::post(loop.io(), [this, id, error] { connect_failed(id, error); });  // never within the owner's call
}

void TcpStreams::State::finish_connecting(StreamId id, Stream& stream, bool has_failed) {
    if (has_failed) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(stream.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        return connect_failed(id, {error == 0 ? ECONNABORTED : error, std::system_category()});
    }
    stream.connecting.reset();
    wait(id, stream);  // also for what was sent before to leave
    events.connected(id);
}

net::awaitable<void> TcpStreams::State::connect(StreamId id, Url to, const TlsClientContext* tls) {
    if (to.scheme == Scheme::unix_socket) co_return connect_here(id, to.path);
    Endpoints addresses;
    error_code error = co_await look_up(to, addresses);
    for (const net::ip::tcp::endpoint& address : addresses) {
        error = co_await try_address(id, address, &address == &addresses.back());
        if (error) continue;
        if (tls != nullptr) co_return co_await secure(id, tls->make_layer(to.host));
        co_return connected(id, Handshake());
    }
    connect_failed(id, error);
}

void TcpStreams::State::connect_here(StreamId id, const std::string& path) {
    Stream* stream = find(id);
    if (stream == nullptr) return;  // the owner has ended it
    std::error_code error;
    SocketHandle socket(connect_to_unix_socket(path, error));
    if (error) return connect_failed(id, error);
    stream->socket = std::move(socket);
    stream->connecting.reset();
    wait(id, *stream);
    events.connected(id);
}

net::awaitable<error_code> TcpStreams::State::try_address(StreamId id, net::ip::tcp::endpoint address, bool is_last) {
    Stream* stream = find(id);
    if (stream == nullptr) co_return net::error::operation_aborted;  // timed out, or the owner has ended it
    const std::shared_ptr<TcpSocket> socket = stream->connecting->socket;
    error_code error;
    if (socket->is_open()) socket->close(error);  // of the address before
    socket->open(address.protocol(), error);
    if (const std::optional<Address>& from = stream->connecting->from; !error && from)
        error = come_from(socket->native_handle(), address.protocol().family(), *from);
    if (error) co_return error;
    if (is_last) {
        std::tie(error) = co_await socket->async_connect(address, as_result);
        co_return error;
    }
    using namespace net::experimental::awaitable_operators;
    Timer patience(loop.io(), address_patience);
    const auto first = co_await (socket->async_connect(address, as_result) || patience.async_wait(as_result));
    co_return first.index() == 0 ? std::get<0>(std::get<0>(first)) : error_code(net::error::timed_out);
}

net::awaitable<void> TcpStreams::State::secure(StreamId id, std::unique_ptr<StreamLayer> layer) {
    Stream* stream = find(id);
    if (stream == nullptr) co_return;
    const std::shared_ptr<TcpSocket> socket = stream->connecting->socket;
    Handshake handshake;
    handshake.layers.add(std::move(layer));
    handshake.layers.received({}, handshake.to_owner, handshake.to_peer);  // the client speaks first
    co_await send_rest(*socket, handshake.to_peer);
    if (socket->is_open()) co_await shake_hands(*socket, handshake, loop.read_buffer().first(opening_piece_bytes));
    if (find(id) == nullptr) co_return;  // timed out, or the owner has ended it
    if (handshake.is_done()) co_return connected(id, std::move(handshake));
    // The alert that says why still leaves.
    net::co_spawn(loop.io(), farewell(std::move(*socket), std::move(handshake.to_peer), leaving), RethrowFailure{});
    connect_failed(id, std::make_error_code(std::errc::protocol_error), handshake.failure);
}

void TcpStreams::State::connected(StreamId id, Handshake handshake) {
    Stream* stream = find(id);
    if (stream == nullptr) return;
    error_code ignored;  // only speed would suffer
    stream->connecting->socket->set_option(net::ip::tcp::no_delay(true), ignored);
    stream->socket = SocketHandle(std::move(*stream->connecting->socket));
    stream->connecting.reset();
    if (handshake.layers.empty()) {
        wait(id, *stream);  // also for what was sent before to leave
        return events.connected(id);
    }
    OutputBytes early = std::exchange(stream->unsent, std::move(handshake.to_peer));
    stream->layered = std::make_unique<Layered>(Layered{std::move(handshake.layers)});
    stream->layered->layers.send(early.view(), stream->unsent);
    stream->layered->owners_unsent = early.size();
    wait(id, *stream);
    events.connected(id);
    OutputBytes nothing;
    if (Stream* still = find(id); still != nullptr) deliver(id, *still, handshake.to_owner, nothing);
}

void TcpStreams::State::connect_failed(StreamId id, std::error_code error, std::string_view reason) {
    if (find(id) != nullptr) end(id, {StreamEnd::Cause::not_connected, error, reason});
}

}  // namespace trunkline::runtime
