#pragma once
// Where captures of a live run get their packets.

#include <cstdint>

#include "simulator/links/packet_listener.hpp"

namespace trunkline::sim {

/// One for all drivers of a run, so that streams are numbered in one row whoever opens them. Without a listener nothing
/// is kept for it.
struct PacketTap {
    PacketListener* listener = nullptr;
    std::uint64_t streams = 0;  // opened so far
};

}  // namespace trunkline::sim
