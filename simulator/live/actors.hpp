#pragma once
// All observers of a live run, over TCP, their links impaired between observer and socket.

#include <optional>
#include <vector>

#include "simulator/devices/observer.hpp"
#include "simulator/devices/topic_index.hpp"
#include "simulator/live/stream_clients.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

/// Driver of the observers. Indexes are those of Scenario::actors.
class Actors {
public:
    /// Everything outlives it.
    Actors(const Scenario& scenario, Oracle& oracle, const runtime::Url& broker, PacketTap& tap,
           runtime::EventLoop& loop, const RunClock& clock);

    void advance(Instant now);
    std::optional<Instant> next_deadline() const { return clients_.next_deadline(); }
    /// Away: it says DISCONNECT, or drops a connection that is not open yet, and stays away. Absences that overlap all
    /// have to end.
    void set_away(std::size_t actor, bool is_away, Instant now);
    /// Stalled: it leaves what comes in the connection, and says nothing. Overlapping ones all have to end.
    void set_stalled(std::size_t actor, bool is_stalled, Instant now);
    /// While the broker is gone, connections are refused.
    void set_listening(bool is_listening) { clients_.set_listening(is_listening); }
    /// All connections end, as if the broker had gone.
    void end_all(Instant now) { clients_.end_all(now); }
    /// All observers say DISCONNECT. Advance on until they are gone.
    void leave(Instant now);
    bool are_gone() const { return clients_.streams().is_empty(); }
    const ShapedStreams& streams() const { return clients_.streams(); }

private:
    void tell(std::size_t actor, Instant now);

    Oracle& oracle_;
    TopicIndex topics_;
    std::vector<Channel> channels_;  // by actor
    StreamClients<Observer> clients_;
    std::vector<unsigned> absences_;
    std::vector<unsigned> stalls_;
};

}  // namespace trunkline::sim
