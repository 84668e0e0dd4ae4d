#pragma once
// capture.pcapng: every packet of chosen links, as a capture at its sender would have it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/capture/tcp_conversation.hpp"
#include "simulator/links/packet_listener.hpp"
#include "simulator/plan/report_plan.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// One interface for each link, named as selectors name it. Packets carry the time when they were put on the link; of
/// a lost one, a comment says why, and of one that arrives twice, that it does. Held in memory until file().
class PacketCapture : public PacketListener {
public:
    /// Both outlive it.
    PacketCapture(const Scenario& scenario, const CapturePlan& plan)
        : scenario_(scenario), plan_(plan), zero_(scenario.start) {}

    void began(WallTime zero) override { zero_ = zero; }
    void sent(const SentDatagram& datagram) override;
    void opened(const OpenedStream& stream) override;
    void sent(std::uint64_t stream, LinkWay way, const SentSegment& segment) override;
    void ended(std::uint64_t stream) override;

    /// The whole file, of a run that has ended at `end`. Nothing is told afterwards.
    std::string file(Instant end);
    std::uint64_t packets() const { return packets_; }
    /// For want of room.
    std::uint64_t left_out() const { return left_out_; }

private:
    struct Stream {
        TcpConversation conversation;
        std::uint64_t under_way = 0;  // segments that have not arrived
        bool has_ended = false;
    };
    struct Arrival {
        std::uint64_t stream = 0;
        LinkWay way{};
        SegmentMark mark{};
        std::uint64_t offset = 0;
        std::size_t size = 0;
    };
    void write(const std::string& link, Instant at, ByteView packet, std::string_view comment);
    /// What arrives until then is acknowledged.
    void acknowledge(Instant until);
    std::uint32_t interface_of(const std::string& link);

    const Scenario& scenario_;
    const CapturePlan& plan_;
    WallTime zero_;  // of the run
    std::map<std::string, std::uint32_t> interfaces_;
    std::map<std::uint64_t, Stream> streams_;
    std::multimap<Instant, Arrival> arrivals_;
    std::string blocks_;
    std::uint64_t packets_ = 0;
    std::uint64_t left_out_ = 0;
    std::optional<Instant> full_at_;
};

}  // namespace trunkline::sim
