#pragma once
// Carries the broker core in the world, one process after the other, with a store that takes its time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/core/broker.hpp"
#include "simulator/world/broker_disk.hpp"
#include "simulator/world/process_end.hpp"
#include "simulator/world/standstill.hpp"
#include "simulator/world/surroundings.hpp"
#include "simulator/world/write_behind.hpp"

namespace trunkline::sim {

/// The broker's driver: one listener, streams, one batch at a time to the store. The disk outlives each process.
class BrokerHost {
public:
    /// How long the store needs for a batch: an fsync of an ordinary disk.
    static constexpr Duration commit_latency = std::chrono::milliseconds(1);
    /// And for parts of queues: from the cache of an ordinary system.
    static constexpr Duration read_latency = std::chrono::microseconds(200);
    /// After a batch that the disk did not take.
    static constexpr Duration retry_pause = std::chrono::seconds(1);

    explicit BrokerHost(Surroundings surroundings);

    void start() { begin_life(Instant{}); }
    /// A message to this topic is going to come on a stream: what the core needs then is brought near. In four steps
    /// (bring_near.hpp).
    void expect(StreamIndex stream, const HashedText& topic, unsigned step) const;
    void wake(Instant now);
    void stream_moved(StreamIndex stream, Instant now);
    /// The batch that this life was writing is durable.
    void stored(std::uint32_t life, Instant now);

    /// Parts of queues that this life wanted are there.
    void queues_read(std::uint32_t life, Instant now);

    /// It is this stream's turn, of this life.
    void accept_knocking(StreamIndex stream, std::uint32_t life, Instant now);

    /// Its process ends, and its streams with it. Absences that overlap all have to end.
    void go_down(ProcessEnd how, Instant now);
    /// `disk_is_empty`: the next process finds nothing.
    void come_up(bool disk_is_empty, Instant now);
    /// It stands still, and goes on where it was. Overlapping ones all have to end.
    void set_frozen(bool is_frozen, Instant now);
    /// Its disk takes nothing; what it did not take is tried again. Overlapping ones all have to end.
    void set_disk_full(bool is_full, Instant now);
    /// An operator throws this client out.
    void kick(std::string_view client_id, Instant now);

    std::uint32_t restarts() const { return life_ - 1; }
    bool is_up() const { return core_.has_value(); }
    /// Only while it is up.
    const broker::Broker& core() const { return *core_; }

private:
    using ConnectionId = broker::ConnectionId;

    std::optional<ConnectionId>& connection_of(StreamIndex stream);
    void knock(StreamIndex stream, Instant now);
    void accept(StreamIndex stream, Instant now);
    void read(ConnectionId id, Instant now);
    void tell_heard(const StreamOwner& owner, ByteView bytes, Instant now);
    void tell_written(ConnectionId id, Instant now);
    void closed(ConnectionId id, broker::CloseCause cause, Instant now);
    void begin_life(Instant now);
    void shut_down(Instant now);
    void batch_is_through(Instant now);
    void batch_is_durable(Instant now);
    void thaw(Instant now);
    void round(Instant now);
    void begin_batch(Instant now);
    void begin_reading(Instant now);
    /// With a planted write-behind.
    void pretend_to_store(Instant now);
    void serve(ConnectionId id, Instant now);

    Surroundings world_;
    std::unique_ptr<BrokerDisk> disk_;
    std::optional<broker::Broker> core_;
    WriteBehind write_behind_;
    std::optional<broker::StoreBatch> writing_;             // until it is durable, since the core's thread destroys it
    std::vector<broker::ConnectionId> serving_;             // scratch of round()
    std::vector<broker::Fetch> reading_;                    // what the disk is looking for
    std::vector<std::optional<ConnectionId>> connections_;  // by stream
    std::vector<mqtt::FrameStream> rtu_frames_;             // by sensor: of its connection
    std::uint32_t accepted_ = 0;
    Instant next_accept_{};            // with BrokerPlan::accept_per_s
    std::vector<StreamIndex> missed_;  // whose turn came while it stood still
    std::uint32_t life_ = 0;
    unsigned absences_ = 0;
    unsigned freezes_ = 0;
    Instant frozen_at_{};
    unsigned full_disks_ = 0;
    bool store_waits_ = false;    // a batch was durable, or failed, while it stood still
    bool reads_wait_ = false;     // the same of parts of queues
    bool disk_was_lost_ = false;  // during the absence
    Wakeup wakeup_;
    Standstill standstill_;
};

}  // namespace trunkline::sim
