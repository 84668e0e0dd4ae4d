#pragma once
// Datagrams that an impaired link holds back until they are due.

#include <cstdint>
#include <optional>

#include "protocol/base/timer_queue.hpp"
#include "simulator/links/link_direction.hpp"
#include "simulator/links/octets_pool.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// One datagram whose instant has come; its octets live until release().
struct DueDatagram {
    std::uint32_t sensor = 0;
    LinkWay way{};
    std::uint32_t block = 0;
};

class DatagramsUnderWay {
public:
    /// Damaged on its way, if the link says so (Transit::damage).
    void put(Instant arrives, std::uint32_t sensor, LinkWay way, ByteView octets,
             std::optional<double> damaged = std::nullopt) {
        std::optional<Instant> never_armed;  // each is a wake-up of its own
        const std::uint32_t block = pool_.put(octets);
        if (damaged) damage(pool_.edit(block), *damaged);
        queue_.arm({sequence_++, {sensor, way, block}}, arrives, never_armed);
    }
    std::optional<Instant> earliest() const { return queue_.earliest(); }
    std::optional<DueDatagram> take_due(Instant now) {
        const auto due = queue_.take_due(now);
        if (!due) return std::nullopt;
        return due->key.datagram;
    }
    ByteView octets(const DueDatagram& due) const { return pool_.at(due.block); }
    void release(const DueDatagram& due) { pool_.release(due.block); }

private:
    struct Key {
        std::uint64_t sequence = 0;
        DueDatagram datagram;
        friend bool operator<(const Key& a, const Key& b) { return a.sequence < b.sequence; }
    };
    TimerQueue<Key> queue_;
    OctetsPool pool_;
    std::uint64_t sequence_ = 0;
};

}  // namespace trunkline::sim
