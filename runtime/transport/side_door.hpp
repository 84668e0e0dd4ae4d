#pragma once
// Which of the sockets at one port gets a datagram: some wait apart from the others, so that however many of them come,
// the others have room, and several threads have each its senders.

#include <cstddef>
#include <cstdint>
#include <system_error>

namespace trunkline::runtime {

/// Which ones wait apart: those with this value in the octet at `at`, or, if the first octet is `first`, in the one at
/// `at_behind_first`.
struct SideDoorRule {
    std::uint8_t value = 0;
    std::uint32_t at = 0;
    std::uint8_t first = 0;
    std::uint32_t at_behind_first = 0;
};

/// One of `count` that share a port, each with a front and a side door. What a sender sends goes to one of them,
/// whichever way it takes there.
struct PortShare {
    std::size_t index = 0;
    std::size_t count = 1;
    std::uint64_t key = 0;  // unknown to strangers, equal for all that share: which sender is whose depends on it
};

/// Of the sockets that are bound to one port by SO_REUSEPORT, in the order front, door, front, door of each share, the
/// system chooses by these rules from now on, before it queues a datagram: it looks at its first octets and, of several
/// shares, at the sender's address and port in its headers (SO_ATTACH_REUSEPORT_CBPF, Linux 4.5). `handle`: of any of
/// them; the rules are those of all, and the last ones given count. An error: it cannot, and goes on to spread
/// datagrams by their senders over all sockets.
std::error_code attach_side_doors(int handle, const SideDoorRule& rule, const PortShare& share);

}  // namespace trunkline::runtime
