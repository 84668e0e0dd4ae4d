#pragma once
// What the oracle remembers of a reading whose story is not over.

#include <cstdint>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/causes.hpp"

namespace trunkline::sim {

/// A reading that is acknowledged and delivered everywhere needs no memory; only the others have this, so that a run
/// of millions of readings holds some thousands of them.
struct OpenReading {
    enum class Stage : std::uint8_t {
        waiting,
        under_way,
        left,  // QoS 0 and -1: the sensor hears no more of it
        acknowledged,
        gave_up,
        rejected,
        dropped
    };

    std::uint64_t sequence = 0;
    Instant offered_at{};
    Instant sent_at{};               // the first time
    Instant ended_at{};              // left, acknowledged, given up, rejected, dropped: the last of these
    std::uint64_t delivered_to = 0;  // one bit for each actor that is owed it, in the order of the sensor's pairs
    std::uint64_t excused = 0;       // the actors that had no session for it the whole time
    std::uint32_t transmissions = 0;
    std::uint16_t arrivals = 0;  // QoS 0 and -1: datagrams of it that reached the gateway
    Stage stage = Stage::waiting;
    LossCause drop_cause = LossCause::not_connected;  // of Stage::dropped
    bool interrupted : 1 = false;                     // a connection ended during an exchange of it
    bool was_cut_off : 1 = false;                     // its station was, some time on its way
    bool met_full_queue : 1 = false;                  // a datagram of it was dropped by the link's queue
    bool exceeded_mtu : 1 = false;                    // a datagram of it was larger than the link's MTU
    bool met_new_address : 1 = false;                 // a datagram of it was lost to a change of its sensor's address

    bool was_sent() const { return stage != Stage::waiting && stage != Stage::dropped; }
    bool is_delivered_to(std::size_t slot) const { return (delivered_to >> slot & 1U) != 0; }
    bool is_excused(std::size_t slot) const { return (excused >> slot & 1U) != 0; }
};

}  // namespace trunkline::sim
