#pragma once
// One direction of a virtual TCP connection: an ordered stream of bytes over a lossy link.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "protocol/base/bytes.hpp"
#include "simulator/links/link_direction.hpp"
#include "simulator/links/retransmission.hpp"
#include "simulator/links/sent_segment.hpp"

namespace trunkline::sim {

/// Losses show as delay (retransmission.hpp), never as missing bytes: a segment that was lost is tried again after its
/// time-out, and what follows it waits at the receiver. Acknowledgements take no time, none of the rate, and are not
/// lost: the delay law counts losses in one direction (simulators' formula for one lossy hop).
class StreamDirection {
public:
    static constexpr std::size_t maximum_segment = 1460;  // RFC 6691: Ethernet's MTU without headers
    static constexpr std::size_t window = 256U * 1024U;   // sent and not yet read by the other end

    /// The channel as for LinkDirection. A full queue shows as delay too, never as missing bytes.
    StreamDirection(const LinkProfile& profile, Random random, Channel* channel = nullptr, LinkWay way = LinkWay::up);

    /// Something is about to be sent (bring_near.hpp).
    void expect() const { bring_beginning_near(segments_.data()); }

    // inputs
    /// Takes as many bytes as the window has room for, and returns how many.
    std::size_t send(OutputBytes& bytes, Instant now);
    /// A mark in its place in the stream. SYN and SYN+ACK have the time-outs of a handshake.
    void send_mark(SegmentMark mark, Instant now);
    /// Segments that arrive or are tried again now.
    void advance(Instant now);
    /// The receiver has read so many of arrived(). One that does not read fills the window.
    void consume(std::size_t bytes) {
        octets_.consume(bytes);
        arrived_ -= bytes;
    }

    /// While cut, every segment is lost, and tried again as after any loss.
    void cut(bool is_cut) { link_.cut(is_cut); }
    /// Another profile from the next segment on.
    void change(const LinkProfile& profile);
    /// From the beginning on, what is put on the link is kept for take_sent().
    void watch() { watch_ = std::make_unique<Watch>(); }

    // outputs
    /// While watched: the segments that were put on the link since the last call, lost ones and repetitions included.
    std::vector<SentSegment> take_sent();
    /// What has arrived in order and was not consumed yet.
    ByteView arrived() const { return octets_.view().first(arrived_); }
    bool has_arrived() const { return arrived_ != 0; }
    /// The next mark whose turn has come. FIN waits until everything before it has been consumed.
    std::optional<SegmentMark> take_mark();
    /// A segment was lost too often in a row: the sender has given the connection up.
    bool is_broken() const { return is_broken_; }
    std::size_t room() const;

    // deadline
    std::optional<Instant> next_deadline() const {
        const Instant first = next_instant();
        return first == Instant::max() ? std::nullopt : std::optional(first);
    }
    /// The same; the end of time for none.
    Instant next_instant() const {
        if (segments_.empty() || is_broken_) return Instant::max();
        // Those that have arrived wait behind another one: a single one never does.
        return segments_.size() == 1 ? segments_.front().at : first_of_segments();
    }
    bool has_marks() const { return !marks_.empty(); }
    /// Nothing is under way, and no mark waits.
    bool is_idle() const { return segments_.empty() && marks_.empty() && !is_broken_; }

    /// Retransmissions included.
    const PacketCounts& counts() const { return link_.counts(); }

private:
    struct Segment {
        Instant at;  // arrives, or is tried again
        std::uint32_t size = 0;
        std::uint8_t losses = 0;  // in a row
        SegmentMark mark = SegmentMark::bytes;
        bool is_lost = false;  // then `at` is the next try
        bool has_arrived = false;
    };
    /// What a listener wants to know. Apart: few runs have one.
    struct Watch {
        std::uint64_t arrived = 0;  // bytes in order
        std::vector<SentSegment> sent;
    };
    /// Of a segment that stands alone: nearly all there is to do on a stream.
    static bool is_plain_arrival(const Segment& segment, Instant now) {
        return segment.mark == SegmentMark::bytes && !segment.is_lost && segment.at <= now;
    }
    Instant first_of_segments() const;
    std::size_t under_way() const { return octets_.size() - arrived_; }
    /// `place`: of its bytes behind those that have arrived.
    void attempt(Segment& segment, std::size_t place, Instant now);
    void note(const Segment& segment, std::size_t place, const Transit& transit, bool is_repeated, Instant now);
    void lost(Segment& segment, PacketLoss cause, Instant now);

    LinkDirection link_;
    RetransmissionTimeouts steady_;
    std::size_t segment_;  // octets, at most; the link's MTU may want smaller ones
    LinkWay way_;
    std::vector<Segment> segments_;   // in the order of the stream
    std::vector<SegmentMark> marks_;  // arrived, not taken
    OutputBytes octets_;              // arrived ones that nobody has read, then those of segments_
    std::size_t arrived_ = 0;         // of octets_
    std::unique_ptr<Watch> watch_;
    bool is_broken_ = false;
};

}  // namespace trunkline::sim
