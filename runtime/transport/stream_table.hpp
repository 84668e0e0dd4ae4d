#pragma once
// The inside of TcpStreams. For sources of this folder only.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/id_table.hpp"
#include "runtime/transport/asio.hpp"
#include "runtime/transport/opening.hpp"
#include "runtime/transport/readiness.hpp"
#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/socket_handle.hpp"
#include "runtime/transport/tcp_streams.hpp"

namespace trunkline::runtime {

/// What a stream with layers has besides.
struct Layered {
    LayerStack layers;
    std::size_t owners_unsent = 0;  // octets of the owner that are not reported as written
    std::size_t answered = 0;       // octets of the layers' own since all were sent
};

/// What a stream has until it is connected, its layers open.
struct Connecting {
    Connecting(net::io_context& io, Duration timeout) : timer(io, timeout) {}
    Connecting(const Connecting&) = delete;
    Connecting& operator=(const Connecting&) = delete;
    /// Whoever waits for the socket is told.
    ~Connecting() {
        error_code ignored;  // nobody needs it any more
        if (socket) socket->close(ignored);
    }

    /// Asio's, while a name is looked up or layers shake hands, which outlives the stream by a moment. None: the stream
    /// has its socket already, and waits in the set until it is connected.
    std::shared_ptr<TcpSocket> socket;
    Timer timer;
    std::optional<Address> from;  // where it comes from, if the owner cares
};

/// One TCP connection. What it needs only sometimes is on the heap only then.
struct Stream {
    explicit Stream(SocketHandle s) : socket(std::move(s)) {}

    /// How many of the owner's octets have left with so many of the socket's.
    std::size_t owners_part(std::size_t taken);
    /// What is to be waited for at its socket.
    Wishes wishes() const {
        if (connecting) return wish_to_write;
        return (reading ? wish_to_read : wish_nothing) | (unsent.empty() ? wish_nothing : wish_to_write);
    }
    bool waits_to_write() const { return (waited_for & wish_to_write) != 0; }

    SocketHandle socket;                     // none: not connected yet
    OutputBytes unsent;                      // as the socket takes it
    std::unique_ptr<Layered> layered;        // none: the owner's octets are the socket's
    std::unique_ptr<Connecting> connecting;  // none: connected
    Wishes waited_for = wish_nothing;
    bool reading = true;  // the owner wants bytes
};

struct Entrance;

/// A listening socket in the set of the streams that come of it.
class Acceptor {
public:
    virtual ~Acceptor() = default;
    /// Somebody waits to be let in.
    virtual void acceptable() = 0;
};

/// Each farewell under way holds a copy, so that use_count() counts them, also when they are destroyed with the loop.
using LeavingToken = std::shared_ptr<const int>;

/// The table. Handlers carry the id instead of a pointer: a stream may end while its event is in the queue.
struct TcpStreams::State : private Readiness::Events {
    State(EventLoop& loop_, StreamEvents& events_) : loop(loop_), events(events_), readiness(loop_, *this) {}

    Stream* find(StreamId id) const { return streams.find(id); }
    Stream& add(StreamId id, SocketHandle socket);
    /// What comes of an accepted socket: a handshake, or a stream at once.
    void accept(SocketHandle socket, const SocketAddress& peer, const std::shared_ptr<Entrance>& entrance);
    net::awaitable<void> open(TcpSocket socket, StreamOrigin origin, std::shared_ptr<Entrance> entrance,
                              LeavingToken under_way);
    /// A new stream of the owner, with what came and what was answered during its handshake.
    void adopt(SocketHandle socket, const StreamOrigin& origin, LayerStack layers, OutputBytes to_owner,
               OutputBytes to_peer);

    /// Where no name has to be looked up and no layer shakes hands: the socket says when it is connected.
    void begin_connecting(StreamId id, Stream& stream, const Address& to);
    void finish_connecting(StreamId id, Stream& stream, bool has_failed);
    net::awaitable<void> connect(StreamId id, Url to, const TlsClientContext* tls);
    /// To a Unix socket.
    void connect_here(StreamId id, const std::string& path);
    net::awaitable<error_code> try_address(StreamId id, net::ip::tcp::endpoint address, bool is_last);
    net::awaitable<void> secure(StreamId id, std::unique_ptr<StreamLayer> layer);
    /// `handshake`: without layers, or done.
    void connected(StreamId id, Handshake handshake);
    void connect_failed(StreamId id, std::error_code error, std::string_view reason = {});

    /// Tells the acceptor from now on, or no longer, when its socket, which is the set's as long as that lasts, has
    /// somebody waiting.
    void start_accepting(int handle, Acceptor& acceptor);
    void stop_accepting(int handle, Acceptor& acceptor);
    void ready(std::uint64_t key, bool can_read, bool can_write) override;
    void coming(std::uint64_t key) override;
    /// Waits for what the stream wants now.
    void wait(StreamId id, Stream& stream);
    void on_readable(StreamId id);
    /// Through the layers of the stream, which may end by it.
    void received_through_layers(StreamId id, Stream& stream, ByteView octets);
    /// What has come of received octets; the stream may end by it.
    void deliver(StreamId id, Stream& stream, const OutputBytes& to_owner, OutputBytes& to_peer);
    /// Ends the stream if its layers say so.
    void heed_layers(StreamId id, Stream& stream);
    /// Sends what can be sent. False: the stream has ended.
    bool flush(StreamId id, Stream& stream);
    /// Gives the socket what it takes. The error is the connection's end.
    std::size_t write(Stream& stream, std::error_code& error);
    /// A failure that was found within a call of the owner, who is told later.
    void end_soon(StreamId id, std::error_code error);
    void end(StreamId id, StreamEnd how);
    /// The same, but what was sent still leaves.
    void leave(StreamId id, Stream& stream, StreamEnd how);

    EventLoop& loop;
    StreamEvents& events;
    Readiness readiness;
    IdTable<StreamId, Stream> streams;
    std::vector<Acceptor*> acceptors;  // by the number in their keys; none: a place that is free
    LeavingToken leaving = std::make_shared<int>();
};

/// Sends what is left, then the end of the stream, then waits for the peer's end, in bounded time. Closing a socket
/// that has unread bytes would send a reset instead, and the peer might lose the last bytes, such as a DISCONNECT with
/// its reason.
net::awaitable<void> farewell(TcpSocket socket, OutputBytes unsent, LeavingToken token);

/// Waits until the socket has taken all of it, or takes nothing more.
net::awaitable<void> send_rest(TcpSocket& socket, OutputBytes& unsent);

}  // namespace trunkline::runtime
