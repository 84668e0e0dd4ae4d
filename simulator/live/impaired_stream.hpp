#pragma once
// One direction of a real TCP connection as a bad link would have it: the same bytes, later.

#include "protocol/base/bytes.hpp"
#include "simulator/links/stream_direction.hpp"

namespace trunkline::sim {

/// Keeps what the stream's window has no room for, and passes it on when it has.
class ImpairedStream {
public:
    ImpairedStream(const LinkProfile& link, Random random) : direction_(link, random) {}

    void send(ByteView bytes, Instant now);
    void advance(Instant now) { direction_.advance(now); }

    ByteView arrived() const { return direction_.arrived(); }
    void consume(std::size_t bytes, Instant now);
    /// Everything that was sent has arrived and been consumed.
    bool is_empty() const;
    /// There is more waiting than the window takes: whoever reads from a socket should stop.
    bool is_full() const { return !waiting_.empty(); }
    bool is_broken() const { return direction_.is_broken(); }
    std::optional<Instant> next_deadline() const { return direction_.next_deadline(); }

private:
    void push(Instant now);

    StreamDirection direction_;
    OutputBytes waiting_;
};

}  // namespace trunkline::sim
