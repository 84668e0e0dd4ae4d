#pragma once
// A listening TCP socket, and the loop that accepts on it.

#include <memory>

#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/tcp_streams.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

/// Accepts until it is destroyed and hands every connection to the table of streams.
class TcpListener {
public:
    /// Binds and listens, with SO_REUSEADDR. Throws StartError: address in use, not ours, not resolvable, no
    /// permission.
    TcpListener(EventLoop& loop, TcpStreams& streams, const Url& url);
    ~TcpListener();
    TcpListener(TcpListener&&) noexcept;
    TcpListener& operator=(TcpListener&&) = delete;

    /// The URL with the address and port that were bound.
    const Url& bound() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace trunkline::runtime
