#pragma once
// Listeners, and the streams that have come in by them, as the thread that owns them sees them; whichever threads their
// sockets are served by.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/listener_settings.hpp"
#include "runtime/transport/tcp_streams.hpp"

namespace trunkline::runtime {

/// What the owner is told, within EventLoop::run_round() or IncomingStreams::deliver() only.
class IncomingEvents {
public:
    virtual ~IncomingEvents() = default;
    /// A peer has connected to a listener, and the listener's layers are open. No two streams have the same id.
    virtual void accepted(StreamId id, const StreamOrigin& origin) = 0;
    /// A peer has connected and did not get so far. The owner never had a stream of it.
    virtual void handshake_failed(const StreamOrigin& origin, std::string_view why) = 0;
    /// accept() failed (too many open files …); the listener goes on after a pause.
    virtual void accept_failed(std::string_view listener, std::error_code error) = 0;
    /// The bytes are gone after the call.
    virtual void received(StreamId id, ByteView bytes) = 0;
    /// As of TcpStreams.
    virtual void coming(StreamId) {}
    /// The socket took bytes that it had not taken within send().
    virtual void written(StreamId id, std::size_t bytes) = 0;
    /// Exactly once per accepted(); nothing about this id comes later.
    virtual void closed(StreamId id, StreamEnd end) = 0;
};

/// All calls come from the owner's thread. Unknown ids are ignored: the stream's end may be on its way to the caller.
///
///     while (!loop.stop_requested()) {
///         loop.run_round(deadline);
///         streams.deliver();
///         … send(), set_reading(), close() for whom it concerns …
///         streams.hand_over();
///     }
class IncomingStreams {
public:
    virtual ~IncomingStreams() = default;

    /// Before start(). Returns the URL as bound. Throws StartError as TcpListener does.
    virtual Url listen(const ListenerSettings& settings) = 0;
    /// From now on streams come in.
    virtual void start() = 0;
    virtual void stop_listening() = 0;

    struct Reloaded {
        std::string listener;              // URL as bound
        Result<bool, std::string> result;  // as of TcpListener::reload()
    };
    /// The files of all listeners again: each for itself.
    virtual std::vector<Reloaded> reload() = 0;

    /// As those of TcpStreams; but closed() may follow later, and with it what the stream had received before.
    virtual std::size_t send(StreamId id, OutputBytes& bytes) = 0;
    virtual void set_reading(StreamId id, bool reading) = 0;
    virtual void close(StreamId id) = 0;

    /// Tells what has happened on other threads.
    virtual void deliver() = 0;
    /// Has other threads do what was asked of them since the last call.
    virtual void hand_over() = 0;
    /// Everything that was sent or closed is done. While it is not, run_round() returns when that may have changed.
    virtual bool is_settled() const = 0;
};

/// `threads` serve the sockets; 0: the loop of the owner does. Loop and events outlive it.
std::unique_ptr<IncomingStreams> make_incoming_streams(EventLoop& loop, IncomingEvents& events, unsigned threads);

}  // namespace trunkline::runtime
