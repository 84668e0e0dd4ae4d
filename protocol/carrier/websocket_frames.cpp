#include "protocol/carrier/websocket_frames.hpp"

#include <algorithm>

namespace trunkline::carrier {

namespace {

constexpr std::uint64_t longest_control = 125;  // §5.5

void append_number(std::uint64_t number, std::size_t octets, OutputBytes& out) {
    const std::span<std::byte> room = out.extend(octets);
    for (std::size_t at = octets; at-- > 0; number >>= 8U) room[at] = static_cast<std::byte>(number & 0xffU);
}

bool is_known(WebSocketOpcode opcode) {
    switch (opcode) {
        case WebSocketOpcode::continuation:
        case WebSocketOpcode::text:
        case WebSocketOpcode::binary:
        case WebSocketOpcode::close:
        case WebSocketOpcode::ping:
        case WebSocketOpcode::pong:
            return true;
    }
    return false;
}

/// §7.4: what may stand in a Close frame.
bool is_close_status(unsigned status) {
    return (status >= 1000 && status <= 1003) || (status >= 1007 && status <= 1014) ||
           (status >= 3000 && status <= 4999);
}

}  // namespace

void append_frame(WebSocketOpcode opcode, ByteView payload, OutputBytes& out) {
    append_number(0x80U | static_cast<unsigned>(opcode), 1, out);
    if (payload.size() <= 125) {
        append_number(payload.size(), 1, out);
    } else if (payload.size() <= 0xffff) {
        append_number(126, 1, out);
        append_number(payload.size(), 2, out);
    } else {
        append_number(127, 1, out);
        append_number(payload.size(), 8, out);
    }
    out.append(payload);
}

void append_close(WebSocketStatus status, OutputBytes& out) {
    OutputBytes payload;
    append_number(static_cast<std::uint64_t>(status), 2, payload);
    append_frame(WebSocketOpcode::close, payload.view(), out);
}

std::size_t WebSocketReader::header_size() const {
    const unsigned length = octet(1) & 0x7FU;
    return 2U + (length == 126 ? 2U : length == 127 ? 8U : 0U) + 4U;
}

void WebSocketReader::received(ByteView octets, OutputBytes& data, OutputBytes& answers) {
    while (!octets.empty() && !is_over_)
        octets = is_in_payload_ ? take_payload(octets, data, answers) : take_header(octets, answers);
}

ByteView WebSocketReader::take_header(ByteView octets, OutputBytes& answers) {
    const std::size_t wanted = header_taken_ < 2 ? 2 : header_size();
    const std::size_t size = std::min(octets.size(), wanted - header_taken_);
    std::copy_n(octets.begin(), size, header_.begin() + header_taken_);
    header_taken_ = static_cast<std::uint8_t>(header_taken_ + size);
    if (header_taken_ == wanted) {
        if (wanted == 2) check_promises(answers);
        else begin_payload(answers);
    }
    return octets.subspan(size);
}

void WebSocketReader::check_promises(OutputBytes& answers) {
    const auto refuse = [&](std::string_view why) { fail(WebSocketStatus::protocol_error, why, answers); };
    if ((octet(0) & 0x70U) != 0) return refuse("WebSocket: reserved bits are set (RFC 6455 5.2)");
    if (!is_known(opcode())) return refuse("WebSocket: unknown opcode (RFC 6455 5.2)");
    if ((octet(1) & 0x80U) == 0) return refuse("WebSocket: a frame without a mask (RFC 6455 5.1)");
    if (is_control()) {
        if (!is_final()) return refuse("WebSocket: a control frame in fragments (RFC 6455 5.5)");
        if ((octet(1) & 0x7FU) > longest_control) return refuse("WebSocket: a long control frame (RFC 6455 5.5)");
        return;
    }
    // Any data that is not binary ends the connection. [MQTT-6.0.0-1]
    if (opcode() == WebSocketOpcode::text)
        return fail(WebSocketStatus::unsupported_data, "WebSocket: a text frame (MQTT-6.0.0-1)", answers);
    const bool continues = opcode() == WebSocketOpcode::continuation;
    if (continues != is_in_message_) return refuse("WebSocket: fragments out of order (RFC 6455 5.4)");
}

void WebSocketReader::begin_payload(OutputBytes& answers) {
    const std::size_t length_octets = header_taken_ - 6U;
    std::uint64_t length = octet(1) & 0x7FU;
    if (length_octets != 0) {
        length = 0;
        for (std::size_t at = 0; at < length_octets; ++at) length = length << 8U | octet(2 + at);
        const std::uint64_t least = length_octets == 2 ? 126 : 0x10000;
        if (length < least || length > 0x7fff'ffff'ffff'ffffU)
            return fail(WebSocketStatus::protocol_error, "WebSocket: a length of a wrong form (RFC 6455 5.2)", answers);
    }
    if (length > frame_limit_) return fail(WebSocketStatus::too_large, "WebSocket: a frame above the limit", answers);
    if (!is_control()) is_in_message_ = !is_final();
    payload_left_ = length;
    mask_at_ = 0;
    is_in_payload_ = true;
    if (length == 0) end_frame(answers);
}

ByteView WebSocketReader::take_payload(ByteView octets, OutputBytes& data, OutputBytes& answers) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), payload_left_));
    const std::size_t mask_begin = header_taken_ - 4U;
    const auto unmasked = [&](std::byte octet) {
        const std::byte clear = octet ^ header_[mask_begin + mask_at_];
        mask_at_ = static_cast<std::uint8_t>((mask_at_ + 1U) % 4U);
        return clear;
    };
    if (is_control()) {
        for (const std::byte octet : octets.first(size)) control_.push_back(static_cast<char>(unmasked(octet)));
    } else {
        std::transform(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size), data.extend(size).begin(),
                       unmasked);
    }
    payload_left_ -= size;
    if (payload_left_ == 0) end_frame(answers);
    return octets.subspan(size);
}

void WebSocketReader::end_frame(OutputBytes& answers) {
    if (opcode() == WebSocketOpcode::ping) append_frame(WebSocketOpcode::pong, as_byte_view(control_), answers);
    if (opcode() == WebSocketOpcode::close) close_received(answers);
    std::string().swap(control_);  // an idle WebSocket holds nothing
    header_taken_ = 0;
    is_in_payload_ = false;
}

void WebSocketReader::close_received(OutputBytes& answers) {
    unsigned status = 0;
    for (const char octet : control_.substr(0, 2)) status = status << 8U | static_cast<unsigned char>(octet);
    const bool is_well_formed = control_.empty() || (control_.size() >= 2 && is_close_status(status));
    if (!is_well_formed)
        return fail(WebSocketStatus::protocol_error, "WebSocket: a malformed Close (RFC 6455 5.5.1)", answers);
    // The answer repeats the status that came. §5.5.1
    append_frame(WebSocketOpcode::close, as_byte_view(std::string_view(control_).substr(0, 2)), answers);
    is_over_ = true;
}

void WebSocketReader::fail(WebSocketStatus status, std::string_view why, OutputBytes& answers) {
    append_close(status, answers);
    failure_ = why;
    is_over_ = true;
}

}  // namespace trunkline::carrier
