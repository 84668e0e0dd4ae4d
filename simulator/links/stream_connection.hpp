#pragma once
// A virtual TCP connection: two stream directions with opening, closing and a send buffer at each end.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "protocol/base/bytes.hpp"
#include "simulator/links/stream_direction.hpp"

namespace trunkline::sim {

/// The end that opens, and the one that accepts.
enum class StreamEnd : std::uint8_t { client, server };
constexpr StreamEnd other(StreamEnd end) { return end == StreamEnd::client ? StreamEnd::server : StreamEnd::client; }

/// Opens with SYN, SYN+ACK, ACK: the client may send after one round trip, the server hears of the connection half a
/// round trip later. An end that closes hears nothing more; the other one is told when FIN arrives behind the last
/// byte. A segment lost too often in a row breaks the connection for both ends at once (in reality, the receiver of the
/// silence would learn it from its own timers only, which the protocols above have anyway).
class StreamConnection {
public:
    /// `up` carries what the client sends. The channel as for LinkDirection.
    StreamConnection(const LinkProfile& profile, Random up, Random down, Channel* channel = nullptr);

    /// Something is about to be sent: brings near what it has beside itself (bring_near.hpp).
    void expect() const {
        for (const Side& each : sides_) each.outgoing.expect();
    }

    // inputs
    void open(Instant now);
    /// Takes all bytes into the send buffer of this end.
    void send(StreamEnd from, OutputBytes& bytes, Instant now);
    /// What was sent leaves first. This end is done: nothing is reported to it any more.
    void close(StreamEnd end, Instant now);
    void consume(StreamEnd at, std::size_t bytes, Instant now);
    void advance(Instant now);
    /// This end breaks the connection off: what was under way is gone, and the other end is told at once.
    void reset(StreamEnd by);
    /// Nothing passes in either direction; segments are tried again until the connection breaks or heals.
    void cut(bool is_cut) { cut(is_cut, is_cut); }
    /// The same for what the client sends and for what it is sent.
    void cut(bool up, bool down);
    /// Another profile in both directions, from the next segment on.
    void change(const LinkProfile& profile);
    /// While nobody listens at the server, an opening that reaches it is refused: the client is told that it is closed.
    void set_listening(bool is_listening) { is_listening_ = is_listening; }
    /// Before open(): what both ends put on the link is kept for take_sent().
    void watch() {
        for (Side& each : sides_) each.outgoing.watch();
    }

    // outputs
    /// True once when the end has been opened.
    bool take_opened(StreamEnd end) { return std::exchange(side(end).opened_untold, false); }
    /// True once when the connection is gone without this end's doing. At the client also when it did not come to be.
    bool take_closed(StreamEnd end) { return std::exchange(side(end).closed_untold, false); }
    /// Bytes that have come out of this end's send buffer since the last call.
    std::size_t take_written(StreamEnd end) { return std::exchange(side(end).written_untold, 0); }
    /// While watched: what this end has put on the link since the last call.
    std::vector<SentSegment> take_sent(StreamEnd from) { return side(from).outgoing.take_sent(); }
    ByteView arrived(StreamEnd at) const { return incoming(at).arrived(); }
    bool is_open(StreamEnd end) const { return side(end).state == State::open; }
    /// This end has something to take or to consume, what was written apart.
    bool has_news(StreamEnd end) const {
        const Side& asked = side(end);
        return asked.opened_untold || asked.closed_untold || incoming(end).has_arrived();
    }
    /// take_written() has something to tell.
    bool has_written(StreamEnd end) const { return side(end).written_untold > 0; }
    /// Neither end has anything to hear.
    bool is_over() const {
        const auto has_done = [](const Side& each) { return each.state == State::closed && !each.closed_untold; };
        return has_done(sides_[0]) && has_done(sides_[1]);
    }

    // deadline
    std::optional<Instant> next_deadline() const {
        const Instant first = next_instant();
        return first == Instant::max() ? std::nullopt : std::optional(first);
    }
    /// The same; the end of time for none.
    Instant next_instant() const {
        return std::min(sides_[0].outgoing.next_instant(), sides_[1].outgoing.next_instant());
    }

    // getters
    /// Both ways, retransmissions included.
    PacketCounts counts() const;

private:
    enum class State : std::uint8_t { closed, opening, open };
    struct Side {
        Side(const LinkProfile& profile, Random random, Channel* channel, LinkWay way)
            : outgoing(profile, random, channel, way) {}
        StreamDirection outgoing;
        OutputBytes unsent;
        State state = State::closed;
        bool fin_wanted = false;
        bool opened_untold = false;
        bool closed_untold = false;
        std::size_t written_untold = 0;
    };
    Side& side(StreamEnd end) { return sides_[static_cast<std::size_t>(end)]; }
    const Side& side(StreamEnd end) const { return sides_[static_cast<std::size_t>(end)]; }
    StreamDirection& incoming(StreamEnd end) { return side(other(end)).outgoing; }
    const StreamDirection& incoming(StreamEnd end) const { return side(other(end)).outgoing; }

    /// What waits at this end goes on as far as there is room.
    void push(StreamEnd from, Instant now) {
        if (!side(from).unsent.empty() || side(from).fin_wanted) push_some(from, now);
    }
    void push_some(StreamEnd from, Instant now);
    void heed_marks(StreamEnd at, Instant now) {
        if (incoming(at).has_marks() || side(at).state == State::closed) heed_some_marks(at, now);
    }
    void heed_some_marks(StreamEnd at, Instant now);
    void heed(SegmentMark mark, StreamEnd at, Instant now);
    void become_closed(StreamEnd end);

    std::array<Side, 2> sides_;
    bool is_listening_ = true;
};

}  // namespace trunkline::sim
