#pragma once
// Bytes to packets and back. Decoding allocates nothing; encoding measures first and then writes once.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::mqtt {

/// One whole control packet in a stream: the octet with type and flags, and what Remaining Length counts.
struct Frame {
    std::uint8_t first_octet = 0;
    ByteView body;
    std::size_t size = 0;  // of the whole packet

    PacketType type() const { return static_cast<PacketType>(first_octet >> 4U); }
    std::uint8_t flags() const { return first_octet & 0x0fU; }
};

/// Takes the first frame off `bytes`. Nothing: not enough bytes yet. An error: the stream cannot be followed any
/// further (a Remaining Length of more than four octets §2.1.4, a frame above `maximum_packet_size` §3.1.2.11.4).
/// Says so as soon as the header is there, so that nobody buffers a packet that will be refused.
std::optional<Decoded<Frame>> next_frame(ByteView bytes, std::size_t maximum_packet_size);

/// Decodes any control packet, whoever may send it: that a server receives no SUBACK, and a client no CONNECT, is for
/// the roles to say. The version is that of the connection, and ignored for CONNECT, which carries its own.
/// In CONNECT, the reason says how to refuse: connack_return_code() has an answer for 3.1 and 3.1.1, or none.
Decoded<Packet> decode(const Frame& frame, ProtocolVersion version);
/// The same for the frame of a PUBLISH or PUBACK, without the way through the variant: nearly all that there is.
Decoded<Publish> decode_publish_frame(const Frame& frame, ProtocolVersion version);
Decoded<PubAck> decode_puback_frame(const Frame& frame, ProtocolVersion version);

/// The version that a CONNECT asks for, also when decode() refuses it: in which form the refusal may be answered.
/// Nothing: not one of ours, or not readable.
std::optional<ProtocolVersion> connect_version(const Frame& frame);
/// The same of a packet whose end may not have come yet.
std::optional<ProtocolVersion> connect_version(ByteView beginning);

/// Appends the packet. Every field must be valid (assert): what we send is our own doing. Properties, and reasons that
/// a version does not have, are left out. Returns the octets written.
std::size_t encode(const Packet& packet, ProtocolVersion version, OutputBytes& out);
/// The same without the way through the variant.
std::size_t encode(const Publish& packet, ProtocolVersion version, OutputBytes& out);
std::size_t encode(const PubAck& packet, ProtocolVersion version, OutputBytes& out);

/// What encode() will write, for the receiver's Maximum Packet Size. [MQTT-3.1.2-24] [MQTT-3.2.2-15]
std::size_t encoded_size(const Packet& packet, ProtocolVersion version);
std::size_t encoded_size(const Publish& packet, ProtocolVersion version);

/// Cuts a stream of bytes in any fragmentation into frames. Whole frames are passed on from the caller's buffer
/// without a copy; only a started frame is kept, in a block that exists as long as there is one.
class FrameStream {
public:
    explicit FrameStream(std::size_t maximum_packet_size)
        : maximum_packet_size_(static_cast<std::uint32_t>(std::min(maximum_packet_size, largest_packet))) {}

    /// Gives bytes that arrived. They must stay valid until next() has returned nothing.
    void feed(ByteView bytes);
    /// The next whole frame, an error (sticky), or nothing: more bytes are needed. The frame is valid until the next
    /// call of next() or feed().
    std::optional<Decoded<Frame>> next() {
        // Nearly always what has come is whole, and this the second question.
        if (fresh_.empty() && started_.empty() && !failed_) return std::nullopt;
        return next_of_some();
    }

    /// What is there of the frame that next() has refused. Valid as long as an error of next() is.
    ByteView beginning() const { return started_.empty() ? fresh_ : ByteView(started_); }

    /// Octets held for a started frame, for whoever accounts for memory.
    std::size_t held_bytes() const { return started_.capacity(); }

private:
    std::optional<Decoded<Frame>> next_of_some();
    std::optional<Decoded<Frame>> next_fresh();
    std::optional<Decoded<Frame>> next_started();
    std::size_t missing_octets() const;
    void forget_handed_out();

    static constexpr std::size_t largest_packet = 268'435'460;  // §2.1.4: four octets of length, and five in front

    std::uint32_t maximum_packet_size_;
    bool handed_out_ = false;         // `started_` is the frame that next() returned last
    std::vector<std::byte> started_;  // the beginning of a frame whose rest has not come yet
    ByteView fresh_;
    std::unique_ptr<ProtocolError> failed_;  // null: it has not
};

}  // namespace trunkline::mqtt
