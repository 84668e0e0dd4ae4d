// Outgoing connections: the name's addresses in turn, until one answers.

#include <optional>

#include "runtime/transport/resolve.hpp"
#include "runtime/transport/stream_table.hpp"

namespace trunkline::runtime {

namespace {

using Endpoints = std::vector<net::ip::tcp::endpoint>;

net::ip::tcp::endpoint endpoint_of(const Address& address) {
    const net::ip::address_v6 v6(address.ip);
    if (!address.is_v4()) return {v6, address.port};
    return {net::ip::make_address_v4(net::ip::v4_mapped, v6), address.port};
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

net::awaitable<void> TcpStreams::State::connect(StreamId id, Url to) {
    Endpoints addresses;
    error_code error = co_await look_up(to, addresses);
    for (const net::ip::tcp::endpoint& address : addresses) {
        error = co_await try_address(id, address);
        if (!error) co_return connected(id);
    }
    connect_failed(id, error);
}

net::awaitable<error_code> TcpStreams::State::try_address(StreamId id, net::ip::tcp::endpoint address) {
    Stream* stream = find(id);
    if (stream == nullptr) co_return net::error::operation_aborted;  // timed out, or the owner has ended it
    TcpSocket& socket = stream->connecting->socket;
    error_code error;
    if (socket.is_open()) socket.close(error);  // of the address before
    socket.open(address.protocol(), error);
    if (error) co_return error;
    std::tie(error) = co_await socket.async_connect(address, as_result);
    co_return error;
}

void TcpStreams::State::connected(StreamId id) {
    Stream* stream = find(id);
    if (stream == nullptr) return;
    error_code ignored;  // only speed would suffer
    stream->connecting->socket.set_option(net::ip::tcp::no_delay(true), ignored);
    stream->socket = SocketHandle(std::move(stream->connecting->socket));
    stream->connecting.reset();
    wait(id, *stream);  // also for what was sent before to leave
    events.connected(id);
}

void TcpStreams::State::connect_failed(StreamId id, std::error_code error) {
    if (find(id) != nullptr) end(id, {StreamEnd::Cause::not_connected, error});
}

}  // namespace trunkline::runtime
