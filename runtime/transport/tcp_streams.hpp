#pragma once
// TCP connections of one thread, by readiness: an idle one holds no buffer, and no coroutine frame.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/stream_layer.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

class TlsClientContext;

/// Chosen by the owner of the streams; never twice in the life of a table.
enum class StreamId : std::uint64_t {};

/// How a stream ended.
struct StreamEnd {
    enum class Cause : std::uint8_t {
        closed_here,    // close() or abort()
        peer_closed,    // end of stream
        failed,         // reset, unreachable: `error` says it
        not_connected,  // connect() failed or timed out: `error` says it, or with TLS `reason`
    };
    Cause cause{};
    std::error_code error;
    std::string_view reason = {};  // static text of the layer that has failed, if one has
};

/// What the owner of streams is told, within EventLoop::run_round() only. It may call any function of TcpStreams from
/// here.
class StreamEvents {
public:
    virtual ~StreamEvents() = default;
    /// A peer has connected to a listener, and the listener's layers are open: the stream's id is wanted.
    virtual StreamId accepted(const StreamOrigin& origin) = 0;
    /// A peer has connected and did not get so far. The owner never had a stream of it.
    virtual void handshake_failed(const StreamOrigin&, std::string_view /*why*/) {}
    /// accept() failed (too many open files …); the listener goes on after a pause.
    virtual void accept_failed(std::string_view listener, std::error_code error) = 0;
    /// connect() has succeeded.
    virtual void connected(StreamId id) = 0;
    /// The bytes are gone after the call.
    virtual void received(StreamId id, ByteView bytes) = 0;
    /// Something of this stream is about to be told, behind that of others: for who can bring near what it will need.
    /// Of no effect but on time.
    virtual void coming(StreamId) {}
    /// The socket took bytes that it had not taken within send().
    virtual void written(StreamId id, std::size_t bytes) = 0;
    /// Exactly once per accepted() and per connect(); nothing about this id comes later.
    virtual void closed(StreamId id, StreamEnd end) = 0;
};

/// The table of streams. All calls come from the thread that runs the loop. Unknown ids are ignored: the stream's end
/// may be on its way to the caller.
class TcpStreams {
public:
    /// Both outlive the table.
    TcpStreams(EventLoop& loop, StreamEvents& events);
    ~TcpStreams();
    TcpStreams(const TcpStreams&) = delete;
    TcpStreams& operator=(const TcpStreams&) = delete;

    /// Resolves the host, tries its addresses in turn, and reports connected() or closed(), never within this call.
    /// `tls`: the stream is secured first; it outlives the stream, and null is none. `from`: an address of this machine
    /// that the connection comes from, any of its ports; the target is of the same family.
    void connect(StreamId id, const Url& to, Duration timeout, const TlsClientContext* tls = nullptr,
                 const std::optional<Address>& from = std::nullopt);

    /// Takes all of `bytes`. Returns how many of the stream's bytes the socket took at once; what it did not take is
    /// kept and reported by written() when it leaves. Call it once per round and stream. Before connected(): kept. With
    /// layers, what they make of the bytes is kept, and a byte counts as taken when nothing that it may be in is left.
    std::size_t send(StreamId id, OutputBytes& bytes);
    /// Bytes that wait for the socket, as the socket gets them.
    std::size_t unsent_bytes(StreamId id) const;

    /// Whether bytes are received; at first they are. While they are not, the end of the stream goes unnoticed.
    void set_reading(StreamId id, bool reading);

    /// Ends the stream for its owner: closed() follows within this call. What was sent still leaves, for a few seconds
    /// at the longest, and reaches the peer even if that one is still sending.
    void close(StreamId id);
    /// Ends it for everybody, unsent bytes are lost. closed() follows within this call.
    void abort(StreamId id);

    std::size_t size() const;
    /// Streams that were closed here and whose last bytes or whose peer's end is still awaited: a program waits a
    /// little for them before it ends.
    std::size_t leaving() const;

    struct State;
    State& state() { return *state_; }  // for TcpListener

private:
    std::unique_ptr<State> state_;
};

}  // namespace trunkline::runtime
