#pragma once
// A segment of a stream as it was put on the link.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/links/link_direction.hpp"

namespace trunkline::sim {

/// What a segment carries besides or instead of bytes.
enum class SegmentMark : std::uint8_t { bytes, syn, syn_ack, ack, fin };

/// One attempt of a segment, with what becomes of it.
struct SentSegment {
    Instant at{};
    SegmentMark mark = SegmentMark::bytes;
    bool is_repeated = false;  // the attempt before was lost
    std::uint64_t offset = 0;  // bytes of the direction in front of it
    std::vector<std::byte> bytes;
    Transit transit;
};

}  // namespace trunkline::sim
