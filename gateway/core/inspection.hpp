#pragma once
// The gateway's sensors as an operator looks at them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::gateway {

/// The states of MQTT-SN 1.2 §6.14, and the way to "active": CONNECT has come, CONNACK has not gone.
enum class SensorState : std::uint8_t { disconnected, connecting, active, asleep, awake, lost };
inline constexpr std::size_t sensor_state_count = 6;

constexpr std::string_view name_of(SensorState state) {
    constexpr std::string_view names[] = {"disconnected", "connecting", "active", "asleep", "awake", "lost"};
    return names[static_cast<std::size_t>(state)];
}

/// What one sensor adds to the gauges.
struct SensorShare {
    SensorState state = SensorState::disconnected;
    bool is_upstream_connected = false;
    std::uint32_t waiting_messages = 0;
    std::uint32_t waiting_octets = 0;

    friend bool operator==(const SensorShare&, const SensorShare&) = default;
};

/// How much of what there is now.
struct Gauges {
    std::array<std::uint64_t, sensor_state_count> sensors{};  // by SensorState
    std::uint64_t upstream_connected = 0;                     // sensors whose connection to the broker is up
    std::uint64_t upstream_connections = 0;                   // open, being opened, or being closed
    std::uint64_t spare_connections = 0;                      // of these, those that no sensor has yet
    std::uint64_t unsent_octets = 0;                          // that their sockets have not taken
    std::uint64_t shared_connections = 0;                     // of these, those that sensors share and that are up
    std::uint64_t shared_filters = 0;                         // that these have subscribed to
    std::uint64_t shared_uplink = 0;                          // QoS 1 and 2 that waits for acknowledgement on these
    std::uint64_t waiting_messages = 0;                       // from the broker, for sensors
    std::uint64_t waiting_octets = 0;                         // their topics and payloads
    std::uint64_t stored_messages = 0;                        // of sensors, stored until the broker has them
    std::uint64_t stored_octets = 0;                          // their topics and payloads
    std::uint64_t unstored_operations = 0;                    // that wait for the disk
    bool is_store_failing = false;
    bool is_shutting_down = false;

    void add(const Gauges& other) {
        for (std::size_t state = 0; state < sensors.size(); ++state) sensors[state] += other.sensors[state];
        upstream_connected += other.upstream_connected;
        upstream_connections += other.upstream_connections;
        spare_connections += other.spare_connections;
        unsent_octets += other.unsent_octets;
        shared_connections += other.shared_connections;
        shared_filters += other.shared_filters;
        shared_uplink += other.shared_uplink;
        waiting_messages += other.waiting_messages;
        waiting_octets += other.waiting_octets;
        stored_messages += other.stored_messages;
        stored_octets += other.stored_octets;
        unstored_operations += other.unstored_operations;
        is_store_failing = is_store_failing || other.is_store_failing;
        is_shutting_down = is_shutting_down || other.is_shutting_down;
    }
};

/// The sensors' part of the gauges, kept up to date with each change: to look at it costs the same however many there
/// are.
class SensorTally {
public:
    void add(const SensorShare& share) { change(share, 1); }
    void remove(const SensorShare& share) { change(share, -1); }
    std::uint64_t of(SensorState state) const { return gauges_.sensors[static_cast<std::size_t>(state)]; }
    const Gauges& gauges() const { return gauges_; }

private:
    void change(const SensorShare& share, int sign) {
        const auto step = [sign](std::uint64_t& value, std::size_t by) { sign > 0 ? value += by : value -= by; };
        step(gauges_.sensors[static_cast<std::size_t>(share.state)], 1);
        step(gauges_.upstream_connected, share.is_upstream_connected ? 1 : 0);
        step(gauges_.waiting_messages, share.waiting_messages);
        step(gauges_.waiting_octets, share.waiting_octets);
    }

    Gauges gauges_;
};

}  // namespace trunkline::gateway
