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
    : scenario_(scenario), selection_(std::move(selection)), topics_(topics_of(scenario, selection_.sensors)) {
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
    const bool is_whole = is_selected(selection_, stream);
    if (!is_whole && !is_shared(stream)) return;
    const bool is_gateway = stream.owner.kind == StreamOwner::Kind::gateway;
    Stream& shown =
        streams_
            .emplace(stream.number, Stream{is_gateway ? Rung::gateway_broker : Rung::device_broker,
                                           stream.client_id,
                                           mqtt::ProtocolVersion::v3_1_1,
                                           {mqtt::FrameStream(largest_packet), mqtt::FrameStream(largest_packet)},
                                           {},
                                           {}})
            .first->second;
    if (!is_whole) shown.shared.emplace(topics_);
}

/// Of a gateway with sensors that are selected, and nobody's own: ids of devices have an "@", those of gateways have
/// none.
bool Ladder::is_shared(const OpenedStream& stream) const {
    if (stream.owner.kind != StreamOwner::Kind::gateway || stream.client_id.find('@') != std::string::npos)
        return false;
    for (std::size_t sensor = 0; sensor < selection_.sensors.size(); ++sensor) {
        const SensorPlan& plan = scenario_.sensors[sensor];
        const bool has_gateway = plan.protocol == DeviceProtocol::mqtt_sn;
        if (selection_.sensors[sensor] && has_gateway && plan.gateway == stream.owner.index) return true;
    }
    return false;
}

void Ladder::sent(std::uint64_t stream, LinkWay way, const SentSegment& segment) {
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    std::string fate = fate_of(segment.transit, segment.at);
    if (segment.is_repeated) fate = "again, " + fate;
    const std::string words = words_of(found->second, way, segment);
    if (!words.empty()) line(segment.at, found->second.rung, way, found->second.name, words, fate);
}

void Ladder::ended(std::uint64_t stream) { streams_.erase(stream); }

std::string Ladder::words_of(Stream& stream, LinkWay way, const SentSegment& segment) {
    if (segment.mark != SegmentMark::bytes) return stream.shared ? "" : std::string(mark_words(segment.mark));
    auto& lost = stream.lost_words[static_cast<std::size_t>(way)];
    std::string words = segment.is_repeated ? lost[segment.offset] : new_words(stream, way, segment);
    if (segment.transit.arrives) lost.erase(segment.offset);
    else lost[segment.offset] = words;
    return words;
}

std::string Ladder::new_words(Stream& stream, LinkWay way, const SentSegment& segment) {
    mqtt::FrameStream& frames = stream.frames[static_cast<std::size_t>(way)];
    frames.feed(segment.bytes);
    std::string words;
    while (const auto frame = frames.next()) {
        TraceLine line;
        add_fields(line, *frame, stream.version);
        const bool is_shown = !stream.shared || stream.shared->concerns(way, line);
        if (is_shown) words += (words.empty() ? "" : "; ") + text_of(line);
        if (!*frame) break;  // nothing more can be read
    }
    if (words.empty() && !stream.shared)
        words = "part of a packet, " + std::to_string(segment.bytes.size()) + " octets";
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
