#pragma once
// PUBLISH with QoS -1: sensors that never connect (MQTT-SN 1.2 §6.8).

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/shard.hpp"
#include "gateway/core/upstream.hpp"

namespace trunkline::gateway {

/// Their messages go to the broker as QoS 0, over a connection of the gateway's own (§7.1) that is made for the first
/// one and kept. While it is away a bounded number of them waits; there is no answer either way.
class Connectionless {
public:
    /// The owner of the upstream connection: no sensor has this id.
    static constexpr SensorId owner{0xffffffffU};

    explicit Connectionless(const Settings& settings);

    // inputs
    void publish(const mqttsn::Publish& packet, Shard& shard, Instant now);
    /// Has the connection made now, and kept.
    void want(Shard& shard, Instant now);
    void upstream_opened(Shard& shard, Instant now);
    void upstream_received(ByteView bytes, Shard& shard, Instant now);
    void upstream_closed(Shard& shard, Instant now);
    void advance(Shard& shard, Instant now);
    /// Another broker was chosen.
    void follow_broker(Shard& shard, Instant now) { upstream_.follow(shard, now); }
    void shut_down(Shard& shard, Instant now) { upstream_.end(false, shard, now); }

    bool is_connected() const { return upstream_.is_connected(); }
    std::optional<Instant> next_deadline() const { return upstream_.next_deadline(); }

private:
    struct Waiting {
        std::string topic;
        std::vector<std::byte> payload;
        bool retain = false;
    };
    void react(Shard& shard, Instant now);

    Upstream upstream_;
    bool is_wanted_ = false;  // since the first message, or want()
    std::vector<Waiting> waiting_;
};

}  // namespace trunkline::gateway
