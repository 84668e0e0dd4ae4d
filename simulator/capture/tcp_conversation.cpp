#include "simulator/capture/tcp_conversation.hpp"

#include <algorithm>

#include "simulator/links/stream_direction.hpp"

namespace trunkline::sim {

namespace {

constexpr std::uint16_t window = StreamDirection::window >> TcpHeader::window_scale;
static_assert(std::size_t{window} << TcpHeader::window_scale == StreamDirection::window);

LinkWay back(LinkWay way) { return way == LinkWay::up ? LinkWay::down : LinkWay::up; }

}  // namespace

void TcpConversation::Received::add(std::uint64_t offset, std::uint64_t end) {
    std::uint64_t& known_end = out_of_order.try_emplace(offset, end).first->second;
    known_end = std::max(known_end, end);
    while (!out_of_order.empty() && out_of_order.begin()->first <= in_order) {
        in_order = std::max(in_order, out_of_order.begin()->second);
        out_of_order.erase(out_of_order.begin());
    }
}

std::uint32_t TcpConversation::Received::next() const {
    const bool is_ended = fin_at && *fin_at <= in_order;
    return static_cast<std::uint32_t>(in_order + (has_syn ? 1 : 0) + (is_ended ? 1 : 0));
}

TcpConversation::Packet TcpConversation::make(LinkWay way, TcpHeader header, ByteView payload) {
    const Received& known = received(back(way));
    header.ack = known.has_syn;
    header.acknowledged = known.next();
    header.window = window;
    const bool is_up = way == LinkWay::up;
    return tcp_packet(is_up ? flow_.client : flow_.server, is_up ? flow_.server : flow_.client, header, payload);
}

TcpConversation::Packet TcpConversation::packet(LinkWay way, const SentSegment& segment) {
    TcpHeader header;
    header.syn = segment.mark == SegmentMark::syn || segment.mark == SegmentMark::syn_ack;
    if (segment.mark == SegmentMark::syn_ack) is_accepted_ = true;
    if (!header.syn) header.sequence = static_cast<std::uint32_t>(segment.offset + 1);
    if (segment.mark == SegmentMark::fin) {
        // Who refuses a connection, or gives up one that is not open yet, resets it (RFC 9293 §3.5.2, §3.10.4).
        const bool is_open = way == LinkWay::up ? received(LinkWay::down).has_syn : is_accepted_;
        header.fin = is_open;
        header.rst = !is_open;
        if (way == LinkWay::down && !is_open) header.sequence = 0;
    }
    std::uint32_t& next = next_sequence_[static_cast<std::size_t>(way)];
    const auto length = static_cast<std::uint32_t>(segment.bytes.size() + (header.syn || header.fin ? 1 : 0));
    next = std::max(next, header.sequence + length);
    return make(way, header, segment.bytes);
}

std::optional<TcpConversation::Packet> TcpConversation::arrived(LinkWay way, SegmentMark mark, std::uint64_t offset,
                                                                std::size_t size) {
    Received& here = received(way);
    switch (mark) {
        case SegmentMark::syn:
        case SegmentMark::syn_ack:
            here.has_syn = true;
            return std::nullopt;  // answered by marks of their own
        case SegmentMark::ack:
            return std::nullopt;
        case SegmentMark::fin:
            if (!here.has_syn) return std::nullopt;  // it was a reset
            here.fin_at = offset;
            break;
        case SegmentMark::bytes:
            here.add(offset, offset + size);
            break;
    }
    TcpHeader header;
    header.sequence = next_sequence_[static_cast<std::size_t>(back(way))];
    return make(back(way), header, {});
}

}  // namespace trunkline::sim
