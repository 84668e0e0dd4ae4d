#pragma once
// Whether one of several brokers is there.

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/core/shard.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/mqtt/client.hpp"

namespace trunkline::gateway {

/// A connection of the gateway's own to one broker, over which it asks for a sign of life again and again. Sensors'
/// connections would notice only after their Keep Alive that a broker has fallen silent, and none of them asks whether
/// the preferred one is back.
///
/// A connection that breaks proves nothing: it is made again, and what becomes of that counts. A refusal is an answer,
/// unless it says that the server is not available.
class BrokerWatch {
public:
    /// The first attempt is due at once.
    BrokerWatch(SensorId owner, BrokerId broker, const Settings& settings);

    // inputs
    void upstream_opened(Shard& shard, Instant now);
    void upstream_received(ByteView bytes, Shard& shard, Instant now);
    void upstream_closed(Shard& shard, Instant now);
    void advance(Shard& shard, Instant now);
    void shut_down(Shard& shard, Instant now);

    // deadline
    std::optional<Instant> next_deadline() const { return earlier(deadlines_.earliest(), client_.next_deadline()); }

private:
    enum class Timer : std::uint8_t {
        connect,  // no answer to CONNECT until then: the broker has failed
        retry,    // the next attempt
        count_
    };

    void open(Shard& shard, Instant now);
    /// What has happened on the connection. Ends each input.
    void settle(Shard& shard, Instant now);
    void connection_lost(Shard& shard, Instant now);
    void refused(mqtt::ReasonCode reason, Shard& shard, Instant now);
    void failed(Shard& shard, Instant now);
    void let_go(Instant now);

    SensorId owner_;
    BrokerId broker_;
    Duration interval_;
    mqtt::Client client_;
    bool was_opened_ = false;  // the client knows of the present connection
    bool is_refused_ = false;  // told since it was last let in
    std::optional<UpstreamId> connection_;
    std::optional<Instant> connected_at_;
    Deadlines<Timer> deadlines_;
};

}  // namespace trunkline::gateway
