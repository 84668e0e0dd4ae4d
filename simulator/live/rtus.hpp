#pragma once
// All RTUs of a live run, over TCP, their links impaired between RTU and socket.

#include <optional>
#include <vector>

#include "simulator/devices/rtu.hpp"
#include "simulator/links/station_channels.hpp"
#include "simulator/live/stream_clients.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

/// Driver of the RTUs. `sensor` is an index into Scenario::sensors, of one that speaks plain MQTT.
class Rtus {
public:
    /// Everything outlives it.
    Rtus(const Scenario& scenario, StationChannels& channels, Pipe* pipe, Oracle& oracle, const runtime::Url& broker,
         PacketTap& tap, runtime::EventLoop& loop, const RunClock& clock);

    void advance(Instant now);
    std::optional<Instant> next_deadline() const { return clients_.next_deadline(); }

    /// Its link is cut, or whole again.
    void cut(std::size_t sensor, bool is_cut, Instant now) { clients_.cut(client_of(sensor), is_cut, now); }
    /// Its link fares as this profile says from now on. The profile outlives the change.
    void change(std::size_t sensor, const LinkProfile& link) { clients_.change(client_of(sensor), link); }
    /// It is without a connection all at once. The broker does not hear of it.
    void lose_connection(std::size_t sensor, Instant now);
    /// Without a connection: it wants one at this moment.
    void connect_at(std::size_t sensor, Instant at, Instant now);
    void set_pace(std::size_t sensor, unsigned factor, Instant now);
    /// While the broker is gone, connections are refused.
    void set_listening(bool is_listening) { clients_.set_listening(is_listening); }
    /// All connections end, as if the broker had gone.
    void end_all(Instant now) { clients_.end_all(now); }
    /// All RTUs say DISCONNECT. Advance on until they are gone.
    void leave(Instant now);
    bool are_gone() const { return clients_.streams().is_empty(); }
    const ShapedStreams& streams() const { return clients_.streams(); }
    const LogHistogram& lateness() const { return clients_.lateness(); }

private:
    std::size_t client_of(std::size_t sensor) const;
    void tell(std::size_t client, Instant now);

    Oracle& oracle_;
    StreamClients<Rtu> clients_;
    std::vector<std::size_t> sensors_;  // by client, ascending
};

}  // namespace trunkline::sim
