#include "simulator/links/stream_connection.hpp"

#include <cassert>

namespace trunkline::sim {

StreamConnection::StreamConnection(const LinkProfile& profile, Random up, Random down, Channel* channel)
    : sides_{Side(profile, up, channel, LinkWay::up), Side(profile, down, channel, LinkWay::down)} {}

void StreamConnection::open(Instant now) {
    assert(side(StreamEnd::client).state == State::closed);
    side(StreamEnd::client).state = State::opening;
    side(StreamEnd::client).outgoing.send_mark(SegmentMark::syn, now);
}

void StreamConnection::change(const LinkProfile& profile) {
    for (Side& each : sides_) each.outgoing.change(profile);
}

void StreamConnection::send(StreamEnd from, OutputBytes& bytes, Instant now) {
    assert(side(from).state == State::open);
    Side& sender = side(from);
    if (sender.unsent.empty() && !sender.fin_wanted) {
        const std::size_t taken = sender.outgoing.send(bytes, now);
        sender.written_untold += taken;
        if (bytes.empty()) return;
    }
    sender.unsent.take(bytes);
    push(from, now);
}

void StreamConnection::close(StreamEnd end, Instant now) {
    Side& closing = side(end);
    if (closing.state == State::closed) return;
    closing.state = State::closed;
    closing.opened_untold = false;
    closing.fin_wanted = true;
    push(end, now);
    heed_marks(end, now);
}

void StreamConnection::consume(StreamEnd at, std::size_t bytes, Instant now) {
    incoming(at).consume(bytes);
    push(other(at), now);  // the window has room again
    heed_marks(at, now);
}

void StreamConnection::push_some(StreamEnd from, Instant now) {
    Side& sender = side(from);
    if (!sender.unsent.empty()) {
        sender.written_untold += sender.outgoing.send(sender.unsent, now);
    }
    if (sender.fin_wanted && sender.unsent.empty()) {
        sender.fin_wanted = false;
        sender.outgoing.send_mark(SegmentMark::fin, now);
    }
}

void StreamConnection::advance(Instant now) {
    for (const StreamEnd end : {StreamEnd::server, StreamEnd::client}) {
        if (incoming(end).is_idle() && side(end).state != State::closed) continue;
        incoming(end).advance(now);
        heed_marks(end, now);
    }
    if (side(StreamEnd::client).outgoing.is_broken() || side(StreamEnd::server).outgoing.is_broken()) {
        become_closed(StreamEnd::client);
        become_closed(StreamEnd::server);
    }
}

void StreamConnection::reset(StreamEnd by) {
    for (Side& each : sides_) {
        each.unsent.consume(each.unsent.size());
        each.fin_wanted = false;
    }
    side(by).state = State::closed;
    side(by).opened_untold = false;
    side(by).closed_untold = false;
    become_closed(other(by));
}

void StreamConnection::cut(bool up, bool down) {
    side(StreamEnd::client).outgoing.cut(up);
    side(StreamEnd::server).outgoing.cut(down);
}

void StreamConnection::heed_some_marks(StreamEnd at, Instant now) {
    if (side(at).state == State::closed) {
        // A closed end reads on into nothing, so that the other end's window does not stay shut for ever.
        incoming(at).consume(incoming(at).arrived().size());
    }
    while (const std::optional<SegmentMark> mark = incoming(at).take_mark()) heed(*mark, at, now);
}

void StreamConnection::heed(SegmentMark mark, StreamEnd at, Instant now) {
    switch (mark) {
        case SegmentMark::syn:
            if (!is_listening_) return side(StreamEnd::server).outgoing.send_mark(SegmentMark::fin, now);
            side(StreamEnd::server).state = State::opening;
            side(StreamEnd::server).outgoing.send_mark(SegmentMark::syn_ack, now);
            return;
        case SegmentMark::syn_ack:
            if (side(StreamEnd::client).state != State::opening) return;
            side(StreamEnd::client).state = State::open;
            side(StreamEnd::client).opened_untold = true;
            side(StreamEnd::client).outgoing.send_mark(SegmentMark::ack, now);
            return;
        case SegmentMark::ack:
            if (side(StreamEnd::server).state != State::opening) return;  // closed meanwhile
            side(StreamEnd::server).state = State::open;
            side(StreamEnd::server).opened_untold = true;
            return;
        case SegmentMark::fin:
            become_closed(at);
            return;
        case SegmentMark::bytes:
            return;
    }
}

void StreamConnection::become_closed(StreamEnd end) {
    Side& closed = side(end);
    // A server that never heard of the connection does not hear of its end either.
    const bool is_known = end == StreamEnd::client || closed.state == State::open;
    if (closed.state != State::closed && is_known) closed.closed_untold = true;
    closed.state = State::closed;
}

PacketCounts StreamConnection::counts() const {
    PacketCounts sum = sides_[0].outgoing.counts();
    return sum += sides_[1].outgoing.counts();
}

}  // namespace trunkline::sim
