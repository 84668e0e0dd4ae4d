#pragma once
// A disk that says "stored" before it has written, for tests of the oracle.

#include <cstddef>
#include <vector>

#include "broker/core/store_batch.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/planted_defect.hpp"
#include "simulator/world/broker_disk.hpp"

namespace trunkline::sim {

/// Batches that were reported as stored and are not on the disk yet, oldest first.
class WriteBehind {
public:
    explicit WriteBehind(Duration lag) : lag_(lag) {}

    bool is_on() const { return lag_ > Duration::zero(); }
    void keep(broker::StoreBatch batch, Instant now) { kept_.push_back({now, std::move(batch)}); }
    /// Writes what has been kept for long enough.
    void write_due(BrokerDisk& disk, Instant now);
    void write_all(BrokerDisk& disk) { write_due(disk, Instant::max()); }
    /// Power fails: the messages that are gone.
    std::vector<Lapse> lose_all();

private:
    struct Kept {
        Instant at{};
        broker::StoreBatch batch;
    };

    Duration lag_;
    std::vector<Kept> kept_;
};

}  // namespace trunkline::sim
