#pragma once
// What happened, event by event, for those who look into a run.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/causes.hpp"

namespace trunkline::sim {

/// Which members mean something depends on the kind; indexes are the scenario's.
struct RunEvent {
    enum class Kind : std::uint8_t {
        sensor_connected,
        sensor_lost,        // it holds its connection for gone
        sensor_left,        // its connection ended with DISCONNECT
        sensor_sleeps,      // MQTT-SN: it has said so
        sensor_session,     // an RTU's CONNACK; `flag`: session present
        supervision_ended,  // without DISCONNECT: who holds the device's will takes it for lost
        actor_connected,    // `flag`: session present
        actor_lost,
        will,  // of `sensor`, at `actor`
        broker_down,
        broker_up,         // `flag`: it has kept its state
        gateway_down,      // `index`: gateway
        gateway_up,        // the same, `flag`: it has kept its state
        partition_begins,  // between gateway `index` and the broker
        partition_ends,    // the same
        gave_up,           // a sensor, after all retransmissions
        rejected,          // a reading, by gateway or broker
        delivered,         // first copy at `actor`; `lasted`: since the reading was due
        delivered_again,   // a further copy
        undelivered,       // to `actor`; `at`: when the reading was due
    };
    Kind kind{};
    bool flag = false;
    LossCause cause{};
    std::uint32_t index = 0;  // sensor or gateway
    std::uint32_t actor = 0;
    Instant at{};  // since the run's beginning
    std::uint64_t sequence = 0;
    Duration lasted{};
};
constexpr std::size_t event_kind_count = 20;
/// As events.ndjson has it: "sensor_connected".
std::string_view name_of(RunEvent::Kind kind);

/// Events in the order of time, of each kind the first ones: what comes in millions must not push out what is rare.
class Journal {
public:
    static constexpr std::uint64_t most_of_each = 50'000;

    void note(const RunEvent& event) {
        if (++counts_[static_cast<std::size_t>(event.kind)] <= most_of_each) events_.push_back(event);
    }
    const std::vector<RunEvent>& events() const { return events_; }
    std::uint64_t left_out(RunEvent::Kind kind) const {
        const std::uint64_t count = counts_[static_cast<std::size_t>(kind)];
        return count > most_of_each ? count - most_of_each : 0;
    }

private:
    std::vector<RunEvent> events_;
    std::array<std::uint64_t, event_kind_count> counts_{};
};

}  // namespace trunkline::sim
