#pragma once
// All devices of a live run, whatever they speak.

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "simulator/links/station_channels.hpp"
#include "simulator/live/field_sockets.hpp"
#include "simulator/live/rtus.hpp"

namespace trunkline::sim {

/// Sensors behind gateways and RTUs in one: what happens to stations happens to both. Indexes are those of
/// Scenario::sensors.
class LiveField {
public:
    /// Opens the sensors' sockets. Throws runtime::StartError. Everything outlives it.
    LiveField(const Scenario& scenario, Oracle& oracle, const Programs& programs, PacketTap& tap,
              runtime::EventLoop& loop, const RunClock& clock);

    void advance(Instant now);
    std::optional<Instant> next_deadline() const;

    /// The links of these devices are cut, or whole again. Cuts that overlap all have to end.
    void cut(const std::vector<std::size_t>& sensors, bool is_cut, Instant now);
    /// Their links fare as this profile says; nothing: as the scenario says. The profile outlives the change.
    void change(const std::vector<std::size_t>& sensors, const LinkProfile* overlay);
    /// They are without a connection all at once. Their gateways, or the broker, do not hear of it.
    void lose_connections(const std::vector<std::size_t>& sensors, Instant now);
    /// They lose their connections and want new ones, each at a draw within `spread`.
    void storm(const std::vector<std::size_t>& sensors, Duration spread, Random& luck, Instant now);
    /// From now on so many times as many readings as planned.
    void set_pace(const std::vector<std::size_t>& sensors, unsigned factor, Instant now);
    /// Sensors have other sockets, as is planned for this moment, and do not know it; RTUs lose their connections.
    void change_addresses(const std::vector<std::size_t>& sensors, Instant now);

    /// While the broker is gone, RTUs are refused.
    void set_broker_listening(bool is_listening) { rtus_.set_listening(is_listening); }
    /// All connections to the broker end, as if it had gone.
    void end_all(Instant now) { rtus_.end_all(now); }
    /// All RTUs say DISCONNECT. Advance on until they are gone. Sensors need no farewell: their gateway stops too.
    void leave(Instant now) { rtus_.leave(now); }
    bool is_gone() const { return rtus_.are_gone(); }

    FieldCounters counters() const { return sensors_.counters(); }
    const ShapedStreams& streams() const { return rtus_.streams(); }
    const LogHistogram& rtu_lateness() const { return rtus_.lateness(); }

private:
    bool is_rtu(std::size_t sensor) const { return scenario_.sensors[sensor].protocol != DeviceProtocol::mqtt_sn; }

    const Scenario& scenario_;
    Oracle& oracle_;
    StationChannels channels_;
    std::unique_ptr<Pipe> pipe_;  // of a scenario that has one
    FieldSockets sensors_;
    Rtus rtus_;
    std::vector<unsigned> cuts_;  // by sensor: how many last
};

}  // namespace trunkline::sim
