#pragma once
// Packets that leave in slots only, as on links with a scheduler (DOCSIS, Wi-Fi, TDMA).

#include <cstddef>
#include <cstdint>

#include "protocol/base/instant.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// netem's slots: a packet that is ready leaves with the slot that is open or comes next. A slot is over when it has
/// taken its packets or octets, or when the next packet is ready after it only; the one after it opens after a draw
/// from then on.
class Slots {
public:
    explicit Slots(const SlotPlan& plan) : plan_(plan) {}

    /// When a packet leaves that was sent now and is ready at `ready`. `share`, from 0 to below 1, is the draw for a
    /// slot that may begin. Packets come in the order in which they are sent.
    Instant leaves(std::size_t octets, Instant ready, Instant now, double share);

private:
    void open_after(Instant instant, double share);
    Duration distance(double share) const;

    SlotPlan plan_;
    Instant opens_{};
    std::uint32_t packets_ = 0;  // that this slot has taken
    std::uint64_t octets_ = 0;
};

}  // namespace trunkline::sim
