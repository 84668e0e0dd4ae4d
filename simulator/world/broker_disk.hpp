#pragma once
// What outlives the broker's process.

#include <memory>

#include "broker/core/broker.hpp"
#include "broker/core/store_batch.hpp"
#include "protocol/base/random.hpp"
#include "simulator/plan/broker_plan.hpp"

namespace trunkline::sim {

/// The broker's disk, with the store that the living process has on it.
class BrokerDisk {
public:
    virtual ~BrokerDisk() = default;

    /// A process has started: restores into it what is there. `core` has its time lines paired.
    virtual void load(broker::Broker& core, Instant now, WallTime wall) = 0;
    /// Durable when it returns.
    virtual void write(const broker::StoreBatch& batch) = 0;
    /// Part of a queue, as of what is durable.
    virtual broker::FetchedPart read(const broker::Fetch& wanted) = 0;
    /// The process has ended orderly.
    virtual void closed() = 0;
    /// Power fails, while this batch was being written. Nothing: none was.
    virtual void lose_power(const broker::StoreBatch* batch) = 0;
    /// The disk is replaced by an empty one. Between two processes.
    virtual void wipe() = 0;
};

/// `luck` decides what a loss of power leaves.
std::unique_ptr<BrokerDisk> make_broker_disk(BrokerPlan::State state, Random luck);

}  // namespace trunkline::sim
