#pragma once
// A stream as the TCP packets that pass on its link.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "simulator/capture/flows.hpp"
#include "simulator/capture/ip_packets.hpp"
#include "simulator/links/sent_segment.hpp"

namespace trunkline::sim {

/// Streams have no acknowledgements of their own: they take no time, and none is lost. Here each segment with data is
/// acknowledged when it arrives, so that readers of captures see what is new and what is repeated. Initial sequence
/// numbers are 0.
class TcpConversation {
public:
    using Packet = std::vector<std::byte>;

    explicit TcpConversation(Flow flow) : flow_(std::move(flow)) {}

    /// The segment as it leaves. `way`: up from the client.
    Packet packet(LinkWay way, const SentSegment& segment);
    /// It has arrived. The receiver's acknowledgement; nothing: it takes none.
    std::optional<Packet> arrived(LinkWay way, SegmentMark mark, std::uint64_t offset, std::size_t size);

    const Flow& flow() const { return flow_; }

private:
    /// What the receiver of one direction has.
    struct Received {
        bool has_syn = false;
        std::uint64_t in_order = 0;                           // bytes
        std::map<std::uint64_t, std::uint64_t> out_of_order;  // from, to
        std::optional<std::uint64_t> fin_at;

        void add(std::uint64_t offset, std::uint64_t end);
        /// The number that it acknowledges.
        std::uint32_t next() const;
    };
    Received& received(LinkWay way) { return received_[static_cast<std::size_t>(way)]; }
    Packet make(LinkWay way, TcpHeader header, ByteView payload);

    Flow flow_;
    std::array<Received, 2> received_;              // by way
    std::array<std::uint32_t, 2> next_sequence_{};  // by way: behind all that was sent
    bool is_accepted_ = false;                      // by the server
};

}  // namespace trunkline::sim
