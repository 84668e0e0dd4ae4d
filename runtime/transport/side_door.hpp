#pragma once
// Some datagrams of a port wait apart from the others, so that however many of them come, the others have room.

#include <cstdint>
#include <system_error>

namespace trunkline::runtime {

/// Which ones: those with this value in the octet at `at`, or, if the first octet is `first`, in the one at
/// `at_behind_first`.
struct SideDoorRule {
    std::uint8_t value = 0;
    std::uint32_t at = 0;
    std::uint8_t first = 0;
    std::uint32_t at_behind_first = 0;
};

/// Of the two sockets that are bound to one port by SO_REUSEPORT, the second one gets these and the first one, which
/// is `handle`, all others: the system looks into each datagram before it queues it (SO_ATTACH_REUSEPORT_CBPF, Linux
/// 4.5). An error: it cannot, and spreads them by their senders.
std::error_code attach_side_door(int handle, const SideDoorRule& rule);

}  // namespace trunkline::runtime
