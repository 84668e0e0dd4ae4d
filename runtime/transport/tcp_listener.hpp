#pragma once
// A listening TCP or Unix socket, and the loop that accepts on it.

#include <memory>
#include <string>

#include "protocol/base/result.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/listener_settings.hpp"
#include "runtime/transport/tcp_streams.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

/// Accepts until it is destroyed and hands every connection to the table of streams, once its layers are open.
class TcpListener {
public:
    /// Binds and listens, with SO_REUSEADDR. Throws StartError: address in use, not ours, not resolvable, no
    /// permission; a file of TLS that cannot be used. A Unix socket that nobody listens on any more is replaced.
    TcpListener(EventLoop& loop, TcpStreams& streams, const ListenerSettings& settings);
    /// Accepts on the same socket as `first`, with the same files of TLS, in another loop. `settings` as of the first,
    /// but for its limits. Throws StartError.
    TcpListener(EventLoop& loop, TcpStreams& streams, const ListenerSettings& settings, const TcpListener& first);
    /// Without layers.
    TcpListener(EventLoop& loop, TcpStreams& streams, const Url& url)
        : TcpListener(loop, streams, ListenerSettings{url}) {}
    ~TcpListener();
    TcpListener(TcpListener&&) noexcept;
    TcpListener& operator=(TcpListener&&) = delete;

    /// The URL with the address and port that were bound.
    const Url& bound() const;

    /// Reads the files of TLS again, for connections that come from now on to it and to those beside it. The error
    /// names file and reason, and changes nothing. False: there are none. From any thread.
    Result<bool, std::string> reload();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace trunkline::runtime
