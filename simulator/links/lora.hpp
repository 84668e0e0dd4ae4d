#pragma once
// LoRa: how long a frame is on the air, who may speak when, and for how long a transmitter rests.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// Of a frame with so many octets of payload (PL), in whole nanoseconds, rounded down. With a symbol time of
/// 2^SF / BW, (preamble + 4.25) symbols and then 8 + max(0, ceil((8 PL - 4 SF + 28 + 16) / (4 (SF - 2 DE))) (CR + 4)),
/// where DE is 1 if a symbol takes 16 ms or longer, else 0.
Duration lora_airtime(const LoraPlan& plan, std::size_t payload_octets);

/// The one channel of a place: one transmitter at a time. Each listens before it talks, and hears the others.
class LoraAir {
public:
    /// The first gap of this length, not before `earliest`. Times before `now` are forgotten.
    Instant take(Instant earliest, Duration length, Instant now);

private:
    struct Taken {
        Instant from;
        Instant to;
    };
    std::vector<Taken> taken_;  // ascending
};

/// A device's transmitter, or the gateway's at one place: what it has to say waits in a queue of its own, until the one
/// before has left, the rest that its duty cycle wants is over (after an airtime T: T (1/duty - 1)), and the air is
/// free.
class LoraTransmitter {
public:
    /// When the frame around a datagram has been sent; nothing: the queue, of so many octets, is full. A transmitter
    /// with nothing to say takes every frame.
    std::optional<Instant> send(const LoraPlan& plan, std::size_t datagram_octets, std::uint64_t queue_octets,
                                LoraAir& air, Instant now);

private:
    struct Waiting {
        Instant leaves;
        std::uint64_t octets = 0;
    };
    std::vector<Waiting> waiting_;  // in the order in which they leave
    Instant rests_until_{};
};

}  // namespace trunkline::sim
