#pragma once
// Incoming streams whose sockets are served by their owner's thread.

#include <cstdint>
#include <vector>

#include "runtime/transport/incoming_streams.hpp"
#include "runtime/transport/tcp_listener.hpp"
#include "runtime/transport/tcp_streams.hpp"

namespace trunkline::runtime {

class LoopStreams : public IncomingStreams, private StreamEvents {
public:
    LoopStreams(EventLoop& loop, IncomingEvents& events) : loop_(loop), events_(events), streams_(loop, *this) {}

    Url listen(const ListenerSettings& settings) override;
    void start() override {}
    void stop_listening() override { listeners_.clear(); }
    std::vector<Reloaded> reload() override;
    std::size_t send(StreamId id, OutputBytes& bytes) override { return streams_.send(id, bytes); }
    void set_reading(StreamId id, bool reading) override { streams_.set_reading(id, reading); }
    void close(StreamId id) override { streams_.close(id); }
    void deliver() override {}
    void hand_over() override {}
    bool is_settled() const override { return streams_.leaving() == 0; }

private:
    StreamId accepted(const StreamOrigin& origin) override;
    void handshake_failed(const StreamOrigin& origin, std::string_view why) override {
        events_.handshake_failed(origin, why);
    }
    void accept_failed(std::string_view listener, std::error_code error) override {
        events_.accept_failed(listener, error);
    }
    void connected(StreamId) override {}  // these are never dialled
    void received(StreamId id, ByteView bytes) override { events_.received(id, bytes); }
    void coming(StreamId id) override { events_.coming(id); }
    void written(StreamId id, std::size_t bytes) override { events_.written(id, bytes); }
    void closed(StreamId id, StreamEnd end) override { events_.closed(id, end); }

    EventLoop& loop_;
    IncomingEvents& events_;
    TcpStreams streams_;
    std::vector<TcpListener> listeners_;
    std::uint64_t last_id_ = 0;
};

}  // namespace trunkline::runtime
