#pragma once
// WebSocket frames as clients write them, right and wrong, for the tests of frames and listeners and as seeds of the
// fuzz target.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace trunkline::test {

/// How a frame is written; the defaults are a whole binary frame.
struct FrameForm {
    unsigned first = 0x82;  // FIN, reserved bits, opcode
    bool is_masked = true;
    std::uint32_t mask = 0x37fa213d;
    unsigned length_octets = 0;  // 0: the shortest form
};

/// A frame with the payload masked as RFC 6455 §5.3 says.
inline std::string client_frame(std::string_view payload, const FrameForm& form = {}) {
    std::string frame(1, static_cast<char>(form.first));
    const unsigned shortest = payload.size() <= 125 ? 1 : payload.size() <= 0xffff ? 2 : 8;
    const unsigned octets = form.length_octets == 0 ? shortest : form.length_octets;
    const unsigned mark = octets == 1 ? static_cast<unsigned>(payload.size()) : octets == 2 ? 126U : 127U;
    frame += static_cast<char>((form.is_masked ? 0x80U : 0U) | mark);
    for (unsigned at = octets == 1 ? 0 : octets; at-- > 0;)
        frame += static_cast<char>(std::uint64_t{payload.size()} >> (8U * at) & 0xffU);
    if (!form.is_masked) return frame.append(payload);
    std::array<char, 4> mask{};
    for (unsigned at = 0; at < 4; ++at) mask[at] = static_cast<char>(form.mask >> (24U - 8U * at) & 0xffU);
    frame.append(mask.data(), mask.size());
    for (std::size_t at = 0; at < payload.size(); ++at) frame += static_cast<char>(payload[at] ^ mask[at % 4]);
    return frame;
}

struct ForbiddenFrame {
    std::string_view name;
    std::string octets;
    unsigned status;  // of the Close frame that answers it
};

/// Limit of the frames' payload: 1000 octets.
inline std::array<ForbiddenFrame, 21> forbidden_frames() {
    return {{
        {"a text frame", client_frame("x", {.first = 0x81}), 1003},
        {"a text frame in fragments", client_frame("x", {.first = 0x01}), 1003},
        {"a frame without a mask", client_frame("x", {.is_masked = false}), 1002},
        {"RSV1", client_frame("x", {.first = 0xC2}), 1002},
        {"RSV2", client_frame("x", {.first = 0xA2}), 1002},
        {"RSV3", client_frame("x", {.first = 0x92}), 1002},
        {"opcode 3", client_frame("x", {.first = 0x83}), 1002},
        {"opcode 7", client_frame("x", {.first = 0x87}), 1002},
        {"opcode 11", client_frame("x", {.first = 0x8B}), 1002},
        {"opcode 15", client_frame("x", {.first = 0x8F}), 1002},
        {"a continuation of nothing", client_frame("x", {.first = 0x80}), 1002},
        {"a message in the middle of another", client_frame("x", {.first = 0x02}) + client_frame("y"), 1002},
        {"a Ping in fragments", client_frame("x", {.first = 0x09}), 1002},
        {"a Ping of 126 octets", client_frame(std::string(126, 'x'), {.first = 0x89}), 1002},
        {"a Close of one octet", client_frame("\x03", {.first = 0x88}), 1002},
        {"a Close with status 999", client_frame("\x03\xe7", {.first = 0x88}), 1002},
        {"a Close with status 1005, which is for no frame", client_frame("\x03\xed", {.first = 0x88}), 1002},
        {"two octets of length for one", client_frame("x", {.length_octets = 2}), 1002},
        {"eight octets of length for two", client_frame(std::string(200, 'x'), {.length_octets = 8}), 1002},
        {"a length beyond 63 bits", std::string("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff____", 14), 1002},
        {"a payload above the limit", client_frame(std::string(1001, 'x')), 1009},
    }};
}

}  // namespace trunkline::test
