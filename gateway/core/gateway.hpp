#pragma once
// All sensors of one gateway shard as one machine: inputs with the time, outputs taken afterwards, no callback.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/core/datagram_batch.hpp"
#include "gateway/core/facts.hpp"
#include "gateway/core/settings.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// Given by the core to each upstream connection that it asks for; never twice in its life.
enum class UpstreamId : std::uint64_t {};

/// All calls come from one thread at a time. The driver's round: feed what has arrived, open and close what is asked
/// for, send the datagrams and the output of every pending() upstream, wait until next_deadline() at the longest.
class Gateway {
public:
    explicit Gateway(Settings settings);

    // inputs
    void received(const Address& from, ByteView datagram, Instant now);
    void upstream_opened(UpstreamId id, Instant now);
    void upstream_received(UpstreamId id, ByteView bytes, Instant now);
    /// The connection is gone, or could not be opened; exactly once per open, also after take_upstream_closes().
    void upstream_closed(UpstreamId id, Instant now);
    void advance(Instant now);
    /// Orderly end: DISCONNECT on every upstream connection.
    void shut_down(Instant now);

    // outputs
    /// Appends what is to be sent to sensors, in order.
    void take_datagrams(DatagramBatch& out);
    std::vector<UpstreamId> take_upstream_opens();
    /// Send the output first, then close, then upstream_closed().
    std::vector<UpstreamId> take_upstream_closes();
    /// Upstream connections that have output since the last call.
    std::span<const UpstreamId> pending();
    std::size_t take_output(UpstreamId id, OutputBytes& out);
    std::span<const Fact> facts() const { return facts_; }
    void facts_taken() { facts_.clear(); }

    // deadline
    std::optional<Instant> next_deadline() const;

    // getters
    const Counters& counters() const { return counters_; }
    std::size_t sensor_count() const;

private:
    Settings settings_;
    Counters counters_;
    std::vector<Fact> facts_;
};

}  // namespace trunkline::gateway
