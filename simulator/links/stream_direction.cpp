#include "simulator/links/stream_direction.hpp"

#include <algorithm>
#include <utility>

namespace trunkline::sim {

namespace {

/// RFC 9293 §3.7.1: the MTU without the headers of TCP and IP.
std::size_t segment_of(const LinkProfile& profile) {
    if (profile.mtu_octets == 0) return StreamDirection::maximum_segment;
    return std::min(StreamDirection::maximum_segment, profile.mtu_octets - tcp_ip_octets);
}

}  // namespace

StreamDirection::StreamDirection(const LinkProfile& profile, Random random, Channel* channel, LinkWay way)
    : link_(profile, random, channel, way),
      steady_(steady_timeouts(profile)),
      segment_(segment_of(profile.in(way))),
      way_(way) {
    link_.discard_damaged();  // TCP's checksum
}

void StreamDirection::change(const LinkProfile& profile) {
    link_.change(profile);
    steady_ = steady_timeouts(profile);
    segment_ = segment_of(profile.in(way_));
}

std::size_t StreamDirection::room() const { return window - std::min(window, octets_.size()); }

std::size_t StreamDirection::send(OutputBytes& bytes, Instant now) {
    const std::size_t taken = std::min(bytes.size(), room());
    const std::size_t before = under_way();
    if (taken == bytes.size()) {
        octets_.take(bytes);
    } else {
        octets_.append(bytes.view().first(taken));
        bytes.consume(taken);
    }
    for (std::size_t done = 0; done < taken;) {
        Segment& segment = segments_.emplace_back();
        segment.size = static_cast<std::uint32_t>(std::min(segment_, taken - done));
        attempt(segment, before + done, now);
        done += segment.size;
    }
    return taken;
}

void StreamDirection::send_mark(SegmentMark mark, Instant now) {
    Segment& segment = segments_.emplace_back();
    segment.mark = mark;
    attempt(segment, under_way(), now);
}

void StreamDirection::attempt(Segment& segment, std::size_t place, Instant now) {
    const Transit transit = link_.send(segment.size + tcp_ip_octets, now);
    if (watch_) note(segment, place, transit, segment.is_lost, now);
    segment.is_lost = !transit.arrives;
    if (!transit.arrives) return lost(segment, transit.lost_by, now);
    segment.at = *transit.arrives;
    segment.losses = 0;
}

void StreamDirection::note(const Segment& segment, std::size_t place, const Transit& transit, bool is_repeated,
                           Instant now) {
    const ByteView bytes = octets_.view().subspan(arrived_ + place, segment.size);
    watch_->sent.push_back(
        {now, segment.mark, is_repeated, watch_->arrived + place, {bytes.begin(), bytes.end()}, transit});
}

std::vector<SentSegment> StreamDirection::take_sent() {
    return watch_ ? std::exchange(watch_->sent, {}) : std::vector<SentSegment>();
}

void StreamDirection::lost(Segment& segment, PacketLoss cause, Instant now) {
    const bool is_handshake = segment.mark == SegmentMark::syn || segment.mark == SegmentMark::syn_ack;
    const RetransmissionTimeouts timeouts = is_handshake ? handshake_timeouts() : steady_;
    // A full queue says that the link is busy, not that it is dead: what is ahead still arrives and is acknowledged, so
    // that the sender neither doubles its patience nor despairs (RFC 6298 §5.3).
    if (cause == PacketLoss::queue_full) {
        segment.at = now + timeouts.initial;
        return;
    }
    ++segment.losses;
    if (segment.losses > timeouts.limit) is_broken_ = true;
    segment.at = now + timeouts.after_loss(segment.losses);
}

void StreamDirection::advance(Instant now) {
    if (is_broken_) return;
    if (segments_.size() == 1 && is_plain_arrival(segments_.front(), now)) {
        arrived_ += segments_.front().size;
        if (watch_) watch_->arrived += segments_.front().size;
        return segments_.clear();
    }
    std::size_t place = 0;
    for (Segment& segment : segments_) {
        const bool is_due = !segment.has_arrived && segment.at <= now;
        if (is_due && segment.is_lost) attempt(segment, place, now);
        else if (is_due) segment.has_arrived = true;
        place += segment.size;
    }
    // What has arrived behind a gap waits for it.
    std::size_t in_order = 0;
    for (; in_order < segments_.size() && segments_[in_order].has_arrived; ++in_order) {
        const Segment& segment = segments_[in_order];
        if (segment.mark != SegmentMark::bytes) {
            marks_.push_back(segment.mark);
            continue;
        }
        arrived_ += segment.size;
        if (watch_) watch_->arrived += segment.size;
    }
    segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(in_order));
}

std::optional<SegmentMark> StreamDirection::take_mark() {
    if (marks_.empty() || (marks_.front() == SegmentMark::fin && arrived_ != 0)) return std::nullopt;
    const SegmentMark first = marks_.front();
    marks_.erase(marks_.begin());
    return first;
}

Instant StreamDirection::first_of_segments() const {
    Instant first = Instant::max();
    for (const Segment& segment : segments_) {
        if (!segment.has_arrived) first = std::min(first, segment.at);
    }
    return first;
}

}  // namespace trunkline::sim
