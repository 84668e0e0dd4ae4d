#pragma once
// The inside of TcpStreams. For sources of this folder only.

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "runtime/transport/asio.hpp"
#include "runtime/transport/tcp_streams.hpp"

namespace trunkline::runtime {

/// One TCP connection. What it needs only sometimes is on the heap only then.
struct Stream {
    explicit Stream(TcpSocket s) : socket(std::move(s)) {}

    TcpSocket socket;
    OutputBytes unsent;
    std::unique_ptr<Timer> connect_timer;  // until connected
    bool is_connected = false;
    bool reading = true;         // the owner wants bytes
    bool waits_to_read = false;  // async_wait is under way
    bool waits_to_write = false;
};

/// Each farewell under way holds a copy, so that use_count() counts them, also when they are destroyed with the loop.
using LeavingToken = std::shared_ptr<const int>;

/// The table. Handlers carry the id instead of a pointer: a stream may end while its event is in the queue.
struct TcpStreams::State {
    State(EventLoop& loop_, StreamEvents& events_) : loop(loop_), events(events_) {}

    Stream* find(StreamId id);
    void adopt(TcpSocket socket, std::string_view listener);

    net::awaitable<void> connect(StreamId id, Url to);
    net::awaitable<error_code> try_address(StreamId id, net::ip::tcp::endpoint address);
    void connected(StreamId id);
    void connect_failed(StreamId id, std::error_code error);

    void wait_to_read(StreamId id, Stream& stream);
    void on_readable(StreamId id);
    void wait_to_write(StreamId id, Stream& stream);
    void on_writable(StreamId id);
    /// Gives the socket what it takes. The error is the connection's end.
    std::size_t write(Stream& stream, std::error_code& error);
    /// A failure that was found within a call of the owner, who is told later.
    void end_soon(StreamId id, std::error_code error);
    void end(StreamId id, StreamEnd how);

    EventLoop& loop;
    StreamEvents& events;
    std::unordered_map<StreamId, Stream> streams;
    LeavingToken leaving = std::make_shared<int>();
};

/// Sends what is left, then the end of the stream, then waits for the peer's end, in bounded time. Closing a socket
/// that has unread bytes would send a reset instead, and the peer might lose the last bytes, such as a DISCONNECT with
/// its reason.
net::awaitable<void> farewell(TcpSocket socket, OutputBytes unsent, LeavingToken token);

}  // namespace trunkline::runtime
