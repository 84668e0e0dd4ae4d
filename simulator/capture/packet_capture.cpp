#include "simulator/capture/packet_capture.hpp"

#include "simulator/capture/packet_words.hpp"
#include "simulator/capture/pcapng.hpp"
#include "simulator/capture/selected.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

constexpr std::size_t room_for_header = 256;  // the section's, with its comment

}  // namespace

void PacketCapture::sent(const SentDatagram& datagram) {
    if (!is_selected(plan_.packets, datagram)) return;
    acknowledge(datagram.at);
    const Flow flow = flow_of(scenario_, datagram.sensor);
    const bool is_up = datagram.way == LinkWay::up;
    write(flow.link, datagram.at,
          udp_packet(is_up ? datagram.device : flow.server, is_up ? flow.server : datagram.device, datagram.octets),
          remark_on(datagram.transit));
}

void PacketCapture::opened(const OpenedStream& stream) {
    if (!is_selected(plan_.packets, stream)) return;
    streams_.emplace(stream.number, Stream{TcpConversation(flow_of(scenario_, stream))});
}

void PacketCapture::sent(std::uint64_t stream, LinkWay way, const SentSegment& segment) {
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    acknowledge(segment.at);
    TcpConversation& conversation = found->second.conversation;
    write(conversation.flow().link, segment.at, conversation.packet(way, segment),
          segment.transit.arrives ? std::string() : remark_on(segment.transit));
    if (!segment.transit.arrives) return;
    ++found->second.under_way;
    arrivals_.emplace(*segment.transit.arrives,
                      Arrival{stream, way, segment.mark, segment.offset, segment.bytes.size()});
}

/// What it sent last may still be under way.
void PacketCapture::ended(std::uint64_t stream) {
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    found->second.has_ended = true;
    if (found->second.under_way == 0) streams_.erase(found);
}

void PacketCapture::acknowledge(Instant until) {
    while (!arrivals_.empty() && arrivals_.begin()->first <= until) {
        const auto [at, arrival] = *arrivals_.begin();
        arrivals_.erase(arrivals_.begin());
        const auto found = streams_.find(arrival.stream);
        TcpConversation& conversation = found->second.conversation;
        if (const auto packet = conversation.arrived(arrival.way, arrival.mark, arrival.offset, arrival.size))
            write(conversation.flow().link, at, *packet, "");
        if (--found->second.under_way == 0 && found->second.has_ended) streams_.erase(found);
    }
}

std::uint32_t PacketCapture::interface_of(const std::string& link) {
    const auto [found, is_new] = interfaces_.try_emplace(link, static_cast<std::uint32_t>(interfaces_.size()));
    if (is_new) blocks_ += interface_description(link);
    return found->second;
}

/// Once full, nothing more: a capture with holes would tell of losses that there were not.
void PacketCapture::write(const std::string& link, Instant at, ByteView packet, std::string_view comment) {
    if (!full_at_) {
        const std::size_t before = blocks_.size();
        const std::uint32_t interface = interface_of(link);
        blocks_ += enhanced_packet(interface, zero_ + at.time_since_epoch(), packet, comment);
        if (blocks_.size() + room_for_header <= plan_.most_octets) {
            ++packets_;
            return;
        }
        blocks_.resize(before);
        full_at_ = at;
    }
    ++left_out_;
}

std::string PacketCapture::file(Instant end) {
    acknowledge(end);
    std::string comment;
    if (full_at_)
        comment = std::to_string(left_out_) + " packets from " + clock_text(*full_at_) +
                  " on are left out: the file may have " + std::to_string(plan_.most_octets) + " octets";
    return section_header(comment) + blocks_;
}

}  // namespace trunkline::sim
