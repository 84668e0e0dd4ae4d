#pragma once
// Who wants to see every packet that is put on a link: captures and ladders.

#include <cstdint>
#include <string>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "simulator/links/link_direction.hpp"
#include "simulator/links/sent_segment.hpp"
#include "simulator/links/stream_owner.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// A datagram between a sensor and its gateway.
struct SentDatagram {
    Instant at{};
    std::uint32_t sensor = 0;  // index into Scenario::sensors
    LinkWay way{};
    ByteView octets;
    Transit transit;
    Address device;  // where it comes from, or is sent to
};

/// A connection that begins to open. Numbers of a run rise from 1.
struct OpenedStream {
    std::uint64_t number = 0;
    StreamOwner owner;
    std::string client_id;
};

/// Told in the order of time, by whoever drives the links; segments of one instant by streams. Changes nothing.
class PacketListener {
public:
    virtual ~PacketListener() = default;

    /// Under the real clock, before anything else: the calendar's time at the run's zero.
    virtual void began(WallTime zero) = 0;

    virtual void sent(const SentDatagram& datagram) = 0;
    virtual void opened(const OpenedStream& stream) = 0;
    /// `way`: up from the client to the broker.
    virtual void sent(std::uint64_t stream, LinkWay way, const SentSegment& segment) = 0;
    /// Nothing more is put on it.
    virtual void ended(std::uint64_t stream) = 0;
};

}  // namespace trunkline::sim
