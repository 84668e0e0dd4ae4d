#pragma once
// The whole broker as one machine: inputs with the time, outputs taken afterwards, no callback in between.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "broker/core/facts.hpp"
#include "broker/core/settings.hpp"
#include "broker/core/store_batch.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Given by the driver, never twice within the life of a core, never stored.
enum class ConnectionId : std::uint64_t {};

/// What the driver knows about a connection before its first byte.
struct TransportInfo {
    std::string listener;  // URL as configured
    std::string peer;      // "127.0.0.1:50412"
};

/// All calls come from one thread at a time. The driver's round: feed what has arrived, then take the batch (unless one
/// is being written), then for every pending() connection take its output and heed close_requested() and wants_read(),
/// then wait until next_deadline() at the longest.
class Broker {
public:
    explicit Broker(Settings settings);
    ~Broker();
    Broker(Broker&&) noexcept;

    // inputs
    /// Each stored record, before the first opened(); pairs both time lines.
    void restore(StoreRecord record, Instant now, WallTime wall);
    /// Without anything stored: pairs both time lines.
    void start(Instant now, WallTime wall);
    void opened(ConnectionId id, TransportInfo info, Instant now);
    /// Bytes in any fragmentation; they are not kept beyond the call.
    void received(ConnectionId id, ByteView bytes, Instant now);
    /// The socket took this many of the bytes that take_output() gave.
    void written(ConnectionId id, std::size_t bytes, Instant now);
    /// The connection is gone, exactly once per opened(). After close_requested(): the same cause.
    void closed(ConnectionId id, CloseCause cause, Instant now);
    /// Every batch up to this one is durable.
    void stored(Ticket ticket, Instant now);
    /// This batch is not; the driver offers it again until it is, or the process ends.
    void store_failed(Ticket ticket, const StoreError& error, Instant now);
    /// Timers that are due.
    void advance(Instant now);
    /// No new connections; every client gets DISCONNECT 0x8B (5.0) and is closed.
    void shut_down(Instant now);

    // outputs
    /// Connections whose output, close request or wish to read has changed since the last call. The span lives until the
    /// next input.
    std::span<const ConnectionId> pending();
    /// Moves out what may leave now; returns its octets. What waits for the store stays.
    std::size_t take_output(ConnectionId id, OutputBytes& out);
    bool wants_read(ConnectionId id) const;
    /// Send what was taken, then close, then closed() with this cause.
    std::optional<CloseCause> close_requested(ConnectionId id) const;
    /// The open batch, if it holds anything. Asked for only while no batch is being written, once per round.
    std::optional<StoreBatch> take_batch();
    std::span<const Fact> facts() const;
    void facts_taken();

    // deadline
    std::optional<Instant> next_deadline() const;

    // getters
    const Counters& counters() const;
    std::size_t connection_count() const;
    std::size_t session_count() const;
    /// Messages in the queue of a session, those in flight included; 0 for an unknown client.
    std::size_t queue_length(std::string_view client_id) const;

private:
    // The tables: connections, sessions, routing, the open batch. Owned here, each with its own file.
};

}  // namespace trunkline::broker
