#pragma once
// Bytes to packets and back. Decoding allocates nothing; encoding measures first and then writes once.

#include <cstddef>
#include <cstdint>
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

/// Decodes what a server receives (CONNECT, PUBLISH, SUBSCRIBE …) or a client does. The version is that of the
/// connection, and ignored for CONNECT, which carries its own.
Decoded<Packet> decode(const Frame& frame, ProtocolVersion version);

/// Appends the packet. Every field must be valid (assert): what we send is our own doing.
/// Returns the octets written.
std::size_t encode(const Packet& packet, ProtocolVersion version, OutputBytes& out);

/// Cuts a stream of bytes in any fragmentation into frames. Whole frames are passed on from the caller's buffer
/// without a copy; only a started frame is kept, in a block that exists as long as there is one.
class FrameStream {
public:
    explicit FrameStream(std::size_t maximum_packet_size) : maximum_packet_size_(maximum_packet_size) {}

    /// Gives bytes that arrived. They must stay valid until next() has returned nothing.
    void feed(ByteView bytes);
    /// The next whole frame, an error (sticky), or nothing: more bytes are needed. The frame is valid until the next
    /// call of next() or feed().
    std::optional<Decoded<Frame>> next();

private:
    std::size_t maximum_packet_size_;
    std::vector<std::byte> started_;  // the beginning of a frame whose rest has not come yet
    std::size_t done_ = 0;            // octets of `started_` that belong to the frame handed out last
    ByteView fresh_;
    std::optional<ProtocolError> failed_;
};

}  // namespace trunkline::mqtt
