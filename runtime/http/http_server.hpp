#pragma once
// A small HTTP server for those who operate a program: metrics, health, a look at its tables.

#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "protocol/base/instant.hpp"
#include "runtime/http/http_reader.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/tcp_listener.hpp"
#include "runtime/transport/tcp_streams.hpp"

namespace trunkline::runtime {

/// Answers requests, at once: whoever takes long holds up the loop.
class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    virtual HttpAnswer answer(const HttpRequest& request) = 0;
};

/// One request per connection, few connections, little time for each: what is sent to it can neither hurt the loop that
/// it shares with other sockets, nor take memory without bound.
class HttpServer : private StreamEvents {
public:
    static constexpr std::size_t connection_limit = 32;  // more are closed unheard
    static constexpr std::chrono::seconds request_timeout{10};

    /// Listens. Throws StartError. Loop and handler outlive the server.
    HttpServer(EventLoop& loop, HttpHandler& handler, const Url& url);

    /// With the port that was bound.
    const Url& bound() const { return listener_.bound(); }
    /// Once per round: ends those whose time is up.
    void advance(Instant now);
    std::optional<Instant> deadline() const;
    std::size_t connection_count() const { return streams_.size(); }

private:
    struct Waiting {
        HttpReader reader;
        Instant give_up_at;
    };

    StreamId accepted(const StreamOrigin& origin) override;
    void accept_failed(std::string_view, std::error_code) override {}  // it is tried again, and nobody waits for it
    void connected(StreamId) override {}                               // it opens no connections
    void received(StreamId id, ByteView bytes) override;
    void written(StreamId, std::size_t) override {}
    void closed(StreamId id, StreamEnd) override { waiting_.erase(id); }
    void send_and_close(StreamId id, const HttpAnswer& answer, bool with_body);

    HttpHandler& handler_;
    RealClock clock_;
    TcpStreams streams_;
    TcpListener listener_;
    std::map<StreamId, Waiting> waiting_;  // for the rest of their request, longest first
    std::vector<StreamId> unwelcome_;      // there are too many already
    std::uint64_t last_id_ = 0;
};

}  // namespace trunkline::runtime
