#include "simulator/capture/ladder.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "protocol/mqttsn/codec.hpp"
#include "protocol/trace/trace_line.hpp"
#include "simulator/capture/packet_words.hpp"
#include "simulator/capture/selected.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

constexpr std::size_t largest_packet = std::size_t{1} << 20U;

/// "PUBLISH qos=1 msg_id=3": the name stands by itself.
std::string text_of(const TraceLine& line) {
    std::string text;
    for (const auto& [key, value] : line.fields()) {
        if (!text.empty()) text += ' ';
        if (key != "message" && key != "packet") text.append(key) += '=';
        text += value;
    }
    return text;
}

std::string datagram_words(ByteView octets) {
    const auto message = mqttsn::decode(octets);
    if (!message) return "malformed, " + std::string(message.error().reason);
    TraceLine line;
    add_fields(line, *message);
    return text_of(line);
}

std::string_view mark_words(SegmentMark mark) {
    switch (mark) {
        case SegmentMark::bytes:
            break;
        case SegmentMark::syn:
            return "SYN";
        case SegmentMark::syn_ack:
            return "SYN+ACK";
        case SegmentMark::ack:
            return "ACK";
        case SegmentMark::fin:
            return "FIN";
    }
    return "";
}

/// "+62.125 ms", from whole microseconds.
std::string lag_text(Duration lag) {
    char digits[32];
    const double milliseconds =
        static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(lag).count()) / 1000.0;
    const auto end = std::to_chars(digits, digits + sizeof digits, milliseconds, std::chars_format::fixed, 3).ptr;
    return '+' + std::string(digits, end) + " ms";
}

std::string fate_of(const Transit& transit, Instant now) {
    if (!transit.arrives) return remark_on(transit);
    std::string text = lag_text(*transit.arrives - now);
    if (transit.copy_arrives) text += ", and once more " + lag_text(*transit.copy_arrives - now);
    return text;
}

}  // namespace

Ladder::Ladder(const Scenario& scenario, PacketSelection selection)
    : scenario_(scenario), selection_(std::move(selection)) {
    for (const FaultPlan& fault : scenario.faults) {
        const bool has_length = fault.length > Duration::zero();
        faults_.push_back({Instant{} + fault.at, "fault " + fault.id + (has_length ? " begins" : "")});
        if (has_length) faults_.push_back({Instant{} + fault.ends(), "fault " + fault.id + " ends"});
    }
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const FaultMoment& a, const FaultMoment& b) { return a.at < b.at; });
}

void Ladder::sent(const SentDatagram& datagram) {
    if (!is_selected(selection_, datagram)) return;
    line(datagram.at, Rung::device_gateway, datagram.way, scenario_.sensors[datagram.sensor].id,
         datagram_words(datagram.octets), fate_of(datagram.transit, datagram.at));
}

void Ladder::opened(const OpenedStream& stream) {
    if (!is_selected(selection_, stream)) return;
    const bool is_gateway = stream.owner.kind == StreamOwner::Kind::gateway;
    streams_.emplace(stream.number, Stream{is_gateway ? Rung::gateway_broker : Rung::device_broker,
                                           stream.client_id,
                                           mqtt::ProtocolVersion::v3_1_1,
                                           {mqtt::FrameStream(largest_packet), mqtt::FrameStream(largest_packet)},
                                           {}});
}

void Ladder::sent(std::uint64_t stream, LinkWay way, const SentSegment& segment) {
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    std::string fate = fate_of(segment.transit, segment.at);
    if (segment.is_repeated) fate = "again, " + fate;
    line(segment.at, found->second.rung, way, found->second.name, words_of(found->second, way, segment), fate);
}

void Ladder::ended(std::uint64_t stream) { streams_.erase(stream); }

std::string Ladder::words_of(Stream& stream, LinkWay way, const SentSegment& segment) {
    if (segment.mark != SegmentMark::bytes) return std::string(mark_words(segment.mark));
    const auto direction = static_cast<std::size_t>(way);
    auto& lost = stream.lost_words[direction];
    std::string words;
    if (segment.is_repeated) {
        words = lost[segment.offset];
    } else {
        mqtt::FrameStream& frames = stream.frames[direction];
        frames.feed(segment.bytes);
        while (const auto frame = frames.next()) {
            TraceLine line;
            add_fields(line, *frame, stream.version);
            words += (words.empty() ? "" : "; ") + text_of(line);
            if (!*frame) break;  // nothing more can be read
        }
        if (words.empty()) words = "part of a packet, " + std::to_string(segment.bytes.size()) + " octets";
    }
    if (segment.transit.arrives) lost.erase(segment.offset);
    else lost[segment.offset] = words;
    return words;
}

void Ladder::line(Instant at, Rung rung, LinkWay way, std::string_view name, std::string_view words,
                  const std::string& fate) {
    tell_faults(at);
    ++packets_;
    const bool is_up = way == LinkWay::up;
    std::string_view rails;
    if (rung == Rung::device_gateway) rails = is_up ? "●────────▶│         │" : "│◀────────●         │";
    if (rung == Rung::gateway_broker) rails = is_up ? "│         ●────────▶│" : "│         │◀────────●";
    if (rung == Rung::device_broker) rails = is_up ? "●──────────────────▶│" : "│◀──────────────────●";
    lines_ += clock_text(at) + "  ";
    lines_.append(rails).append("  ").append(name).append("  ").append(words) += "   " + fate + '\n';
}

void Ladder::tell_faults(Instant until) {
    for (; next_fault_ < faults_.size() && faults_[next_fault_].at <= until; ++next_fault_)
        lines_ += clock_text(faults_[next_fault_].at) + "  ── " + faults_[next_fault_].text + '\n';
}

std::string Ladder::take_lines() { return std::exchange(lines_, std::string()); }

}  // namespace trunkline::sim
