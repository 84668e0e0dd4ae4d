#pragma once
// Carries the broker core in the world, with a store in memory that takes its time.

#include <optional>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/store/ledger.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// The broker's driver: one listener, streams, one batch at a time to the store.
class BrokerHost {
public:
    /// How long the store needs for a batch: an fsync of an ordinary disk.
    static constexpr Duration commit_latency = std::chrono::milliseconds(1);

    explicit BrokerHost(Surroundings surroundings);

    void start() { round(Instant{}); }
    void wake(Instant now);
    void stream_moved(StreamIndex stream, Instant now);
    /// The batch that was being written is durable.
    void stored(Instant now);

    const broker::Broker& core() const { return core_; }

private:
    using ConnectionId = broker::ConnectionId;

    std::optional<ConnectionId>& connection_of(StreamIndex stream);
    void accept(StreamIndex stream, Instant now);
    void read(ConnectionId id, Instant now);
    void tell_written(ConnectionId id, Instant now);
    void closed(ConnectionId id, broker::CloseCause cause, Instant now);
    void round(Instant now);
    void begin_batch(Instant now);
    void serve(ConnectionId id, Instant now);

    Surroundings world_;
    broker::Ledger ledger_;
    broker::Broker core_;
    std::optional<broker::StoreBatch> writing_;             // until it is durable, since the core's thread destroys it
    std::vector<std::optional<ConnectionId>> connections_;  // by stream
    std::uint32_t accepted_ = 0;
    Wakeup wakeup_;
};

}  // namespace trunkline::sim
