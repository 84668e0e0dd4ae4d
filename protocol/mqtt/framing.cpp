// Frames: the fixed header of 5.0 §2.1, and a stream cut at the ends of packets.

#include <algorithm>

#include "protocol/mqtt/codec.hpp"
#include "protocol/mqtt/packet_codecs.hpp"
#include "protocol/mqtt/writer.hpp"

namespace trunkline::mqtt {

namespace {

struct FixedHeader {
    std::size_t size = 0;  // of the header itself: two to five octets
    std::size_t remaining_length = 0;
};

/// Nothing: more octets are needed.
std::optional<Decoded<FixedHeader>> fixed_header(ByteView bytes) {
    std::size_t length = 0;
    for (std::size_t at = 1; at <= 4; ++at) {
        if (at >= bytes.size()) return std::nullopt;
        const auto octet = std::to_integer<std::size_t>(bytes[at]);
        length |= (octet & 0x7fU) << (7 * (at - 1));
        if (octet < 0x80) return FixedHeader{at + 1, length};
    }
    // The same in 3.1.1 §2.2.3; which version is spoken may not be known yet.
    return Failure{ProtocolError{ReasonCode::malformed_packet, "§2.1.4"}};
}

}  // namespace

std::optional<Decoded<Frame>> next_frame(ByteView bytes, std::size_t maximum_packet_size) {
    const std::optional<Decoded<FixedHeader>> header = fixed_header(bytes);
    if (!header) return std::nullopt;
    if (!*header) return Failure{header->error()};
    const FixedHeader& found = **header;
    const std::size_t size = found.size + found.remaining_length;
    if (size > maximum_packet_size) return Failure{ProtocolError{ReasonCode::packet_too_large, "§3.1.2.11.4"}};
    if (size > bytes.size()) return std::nullopt;
    return Frame{.first_octet = std::to_integer<std::uint8_t>(bytes[0]),
                 .body = bytes.subspan(found.size, found.remaining_length),
                 .size = size};
}

bool has_padded_length(const Frame& frame) {
    return frame.size - frame.body.size() - 1 != variable_byte_integer_size(frame.body.size());
}

void FrameStream::feed(ByteView bytes) {
    forget_handed_out();
    fresh_ = bytes;
}

std::optional<Decoded<Frame>> FrameStream::next_of_some() {
    forget_handed_out();
    if (failed_) return Failure{*failed_};
    const std::optional<Decoded<Frame>> frame = started_.empty() ? next_fresh() : next_started();
    if (frame && !*frame) failed_ = std::make_unique<ProtocolError>(frame->error());
    return frame;
}

std::optional<Decoded<Frame>> FrameStream::next_fresh() {
    const std::optional<Decoded<Frame>> frame = next_frame(fresh_, maximum_packet_size_);
    if (!frame) {
        started_.assign(fresh_.begin(), fresh_.end());
        fresh_ = {};
    } else if (*frame) {
        fresh_ = fresh_.subspan((*frame)->size);
    }
    return frame;
}

std::optional<Decoded<Frame>> FrameStream::next_started() {
    for (;;) {
        const std::optional<Decoded<Frame>> frame = next_frame(started_, maximum_packet_size_);
        if (frame) {
            handed_out_ = frame->has_value();
            return frame;
        }
        if (fresh_.empty()) return std::nullopt;
        const std::size_t size = std::min(missing_octets(), fresh_.size());
        started_.insert(started_.end(), fresh_.begin(), fresh_.begin() + static_cast<std::ptrdiff_t>(size));
        fresh_ = fresh_.subspan(size);
    }
}

std::size_t FrameStream::missing_octets() const {
    const std::optional<Decoded<FixedHeader>> header = fixed_header(started_);
    if (!header || !*header) return 1;  // the header grows by the octet, so as not to run into the next packet
    return (*header)->size + (*header)->remaining_length - started_.size();
}

void FrameStream::forget_handed_out() {
    if (!handed_out_) return;
    handed_out_ = false;
    std::vector<std::byte>().swap(started_);  // gives the memory back
}

}  // namespace trunkline::mqtt
