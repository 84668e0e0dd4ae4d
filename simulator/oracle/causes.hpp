#pragma once
// Why a reading that was offered did not reach an actor.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::sim {

/// Every undelivered reading has exactly one.
enum class LossCause : std::uint8_t {
    // before it left the sensor
    not_connected,      // the sensor had no connection and no room to keep it
    replaced_by_newer,  // waited in the sensor until a newer one took its place
    store_full,         // found the sensor's store full of older ones, which it keeps
    // between sensor and broker
    station_down,       // its station was cut off
    link_lost,          // QoS 0: its only datagram was lost
    link_queue_full,    // never acknowledged, or QoS 0, and a datagram of it found the link's queue full
    over_mtu,           // never acknowledged, or QoS 0, and a datagram of it was larger than the link takes
    retries_exhausted,  // sent, never acknowledged, and no copy came through
    rejected,           // the gateway or the broker refused it
    connection_lost,    // QoS 0: came on a connection that its receiver no longer had
    gateway_away,       // the gateway was restarting
    broker_away,        // the broker was restarting
    partition,          // the gateway could not reach the broker
    disk_full,          // the disk of the gateway or the broker took nothing
    // at the broker: acknowledged, or not acknowledged by anybody (QoS 0)
    subscriber_absent,  // the actor's session did not exist the whole time, or at QoS 0 no connection
    queue_full,         // the actor's queue was full, and the policy dropped it
    output_full,        // QoS 0: the actor read too slowly
    expired,            // its Message Expiry Interval passed
    too_large,          // for the actor's Maximum Packet Size [MQTT-3.1.2-25]
    session_ended,      // the actor's session ended with it in the queue
    run_ended,          // still waiting or under way when the run ended
    unexplained,        // acknowledged and nowhere: a broken promise
};
constexpr std::size_t loss_cause_count = 22;
using CauseCounts = std::array<std::uint64_t, loss_cause_count>;

/// As reports print it: "replaced_by_newer".
std::string_view name_of(LossCause cause);
/// For people: "a newer reading took its place".
std::string_view text_of(LossCause cause);

}  // namespace trunkline::sim
