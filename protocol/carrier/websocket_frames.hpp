#pragma once
// WebSocket frames as a server reads and writes them (RFC 6455 §5), without extensions.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/bytes.hpp"

namespace trunkline::carrier {

/// RFC 6455 §5.2.
enum class WebSocketOpcode : std::uint8_t {
    continuation = 0x0,
    text = 0x1,
    binary = 0x2,
    close = 0x8,
    ping = 0x9,
    pong = 0xA,
};

/// RFC 6455 §7.4.1: why a WebSocket is closed.
enum class WebSocketStatus : std::uint16_t {
    normal = 1000,
    protocol_error = 1002,
    unsupported_data = 1003,
    too_large = 1009,
};

/// Appends one whole frame, unmasked as a server's frames are (RFC 6455 §5.1).
void append_frame(WebSocketOpcode opcode, ByteView payload, OutputBytes& out);

/// Appends a Close frame (RFC 6455 §5.5.1).
void append_close(WebSocketStatus status, OutputBytes& out);

/// The frames of one client, in any fragmentation: octets in, data and answers out. Holds no payload but that of a
/// control frame that has not come whole.
class WebSocketReader {
public:
    /// A frame with a longer payload ends the WebSocket: 1009. Payloads are handed on as they come, so that the limit
    /// is no matter of memory.
    explicit WebSocketReader(std::uint64_t frame_limit) : frame_limit_(frame_limit) {}

    /// Appends the payloads of binary frames to `data`, and Pong and Close frames to `answers`. After the end: nothing.
    void received(ByteView octets, OutputBytes& data, OutputBytes& answers);

    /// A Close frame has come, or something that the specification forbids; its answer is in `answers`.
    bool is_over() const { return is_over_; }
    /// Static text with the broken rule; empty: none was broken.
    std::string_view failure() const { return failure_; }

private:
    ByteView take_header(ByteView octets, OutputBytes& answers);
    ByteView take_payload(ByteView octets, OutputBytes& data, OutputBytes& answers);
    /// What the first two octets promise.
    void check_promises(OutputBytes& answers);
    void begin_payload(OutputBytes& answers);
    void end_frame(OutputBytes& answers);
    void close_received(OutputBytes& answers);
    void fail(WebSocketStatus status, std::string_view why, OutputBytes& answers);

    unsigned octet(std::size_t at) const { return std::to_integer<unsigned>(header_[at]); }
    bool is_final() const { return (octet(0) & 0x80U) != 0; }
    WebSocketOpcode opcode() const { return static_cast<WebSocketOpcode>(octet(0) & 0x0FU); }
    bool is_control() const { return (octet(0) & 0x08U) != 0; }
    std::size_t header_size() const;

    std::uint64_t frame_limit_;
    std::uint64_t payload_left_ = 0;
    std::string control_;  // payload of a control frame
    std::string_view failure_;
    std::array<std::byte, 14> header_{};
    std::uint8_t header_taken_ = 0;
    std::uint8_t mask_at_ = 0;
    bool is_in_payload_ = false;
    bool is_in_message_ = false;  // a binary message goes on in continuation frames
    bool is_over_ = false;
};

}  // namespace trunkline::carrier
