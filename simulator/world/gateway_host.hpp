#pragma once
// Carries one gateway core in the world, one process after the other.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "gateway/store/ledger.hpp"
#include "simulator/world/field.hpp"
#include "simulator/world/process_end.hpp"
#include "simulator/world/standstill.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// The gateway's driver: datagrams to and from the field, streams to the broker, one batch at a time to the store.
class GatewayHost {
public:
    /// How long the store needs for a batch: an fsync of an ordinary disk.
    static constexpr Duration commit_latency = std::chrono::milliseconds(1);
    /// After a batch that the disk did not take.
    static constexpr Duration retry_pause = std::chrono::seconds(1);
    /// What a socket holds of datagrams that nobody reads: Linux' usual 208 KiB, at 832 octets of memory each.
    static constexpr std::size_t socket_datagrams = 256;

    /// `index`: into Scenario::gateways.
    GatewayHost(Surroundings surroundings, std::uint32_t index, Field& field);

    /// While it is down, datagrams find nobody; while it stands still, its socket keeps some.
    bool hears() const { return core_ && (freezes_ == 0 || unheard_.size() < socket_datagrams); }
    /// A datagram of this sensor is going to come: what the core needs then is brought near. In as many steps as the
    /// core wants.
    void expect(std::uint32_t sensor, unsigned step) const;
    /// The stream that it may lead on to.
    std::optional<StreamIndex> stream_of_sensor(std::uint32_t sensor) const { return last_streams_[sensor]; }
    void received(const Address& from, ByteView datagram, Instant now);
    void wake(Instant now);
    /// One of its streams has moved: opened, bytes, closed.
    void stream_moved(StreamIndex stream, Instant now);

    /// The batch that this life was writing is durable.
    void stored(std::uint32_t life, Instant now);

    /// Its process ends, and its streams with it. Absences that overlap all have to end.
    void go_down(ProcessEnd how, Instant now);
    /// `disk_is_empty`: the next process knows nothing of the one before.
    void come_up(bool disk_is_empty, Instant now);
    /// It stands still, and goes on where it was. Overlapping ones all have to end.
    void set_frozen(bool is_frozen, Instant now);
    /// Its disk takes nothing; what it did not take is tried again. Overlapping ones all have to end.
    void set_disk_full(bool is_full, Instant now);

    /// What the broker knows the connection by that carries this sensor: its ClientId, or in aggregating mode the name
    /// of the one that it shares.
    std::string upstream_of(const std::string& sensor) const;

    /// Whether messages from there are this sensor's to it. One that stands still finds out later: yes.
    bool has_at(const std::string& sensor, const Address& at) const;

    std::uint32_t restarts() const { return life_ - 1; }
    bool is_up() const { return core_.has_value(); }
    /// Only while it is up.
    const gateway::Gateway& core() const { return *core_; }

private:
    /// Nothing: it is closed.
    std::optional<StreamIndex>& stream_of(gateway::UpstreamId upstream);
    void begin_life(Instant now);
    void shut_down(Instant now);
    void batch_is_through(Instant now);
    void batch_is_durable(Instant now);
    void thaw(Instant now);
    void apply_batch();
    void round(Instant now);
    void tell_shared_loss(std::string_view client_id, Instant now);
    void begin_batch(Instant now);
    void send_datagrams(Instant now);
    void open_streams(Instant now);
    void send_output(Instant now);
    bool close_streams(Instant now);
    void tell_counted();

    Surroundings world_;
    std::uint32_t index_;
    Field& field_;
    Channel channel_;                // to the broker
    std::optional<Channel> backup_;  // the second way, of those that have one
    gateway::Ledger ledger_;         // outlives each process, as a disk would
    std::optional<gateway::Gateway> core_;
    std::optional<gateway::StoreBatch> writing_;
    DatagramBatch batch_;
    std::vector<std::optional<StreamIndex>> streams_;       // by upstream: the core counts them from 1 in each life
    std::vector<std::optional<StreamIndex>> last_streams_;  // by sensor: of those that have one of their own
    Wakeup wakeup_;
    Standstill standstill_;
    std::uint32_t life_ = 0;
    std::uint64_t buffered_ = 0;   // that the oracle has heard of, in this life
    std::uint64_t congested_ = 0;  // the same
    struct Unheard {
        Address from;
        std::vector<std::byte> octets;
    };
    std::vector<Unheard> unheard_;  // datagrams that came while it stood still
    unsigned absences_ = 0;
    unsigned freezes_ = 0;
    Instant frozen_at_{};
    unsigned full_disks_ = 0;
    bool store_waits_ = false;    // a batch was durable, or failed, while it stood still
    bool disk_was_lost_ = false;  // during the absence
    Random luck_;                 // of what a loss of power leaves
};

}  // namespace trunkline::sim
