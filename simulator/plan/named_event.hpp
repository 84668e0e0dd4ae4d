#pragma once
// Events that a scenario can ask for by name: a test that never met them has tested less than it says.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::sim {

enum class NamedEvent : std::uint8_t {
    publish_repeated,       // a sensor's PUBLISH left more than once
    publish_given_up,       // all retries were in vain
    sensor_lost,            // a sensor's connection ended without DISCONNECT
    will_fired,             // a will reached an actor
    delivery_repeated,      // an actor got a second copy
    retained_seen,          // an actor got a retained message
    session_resumed,        // an actor found its session
    session_gone,           // an actor found none although it had one before
    queue_overflowed,       // the broker dropped a message because a queue was full
    broker_restarted,       //
    gateway_restarted,      //
    sensor_slept,           // a sensor went to sleep
    link_queue_overflowed,  // a datagram was dropped because it found its link's queue full
    link_duplicated,        // a datagram arrived twice
    link_flapped,           // a way was cut by a fault that cuts it again and again
    client_kicked,          // the broker threw a client out
    broker_paused,          // it stood still
    gateway_paused,         //
    disk_was_full,          // the broker's disk or a gateway's did not take a batch
    clock_skewed,           // devices' clocks went wrong
    reading_rejected,       // the gateway or the broker refused a reading
    store_overflowed,       // a device had no room for a reading and let the oldest go
    command_received,       // a device got a command
    topic_id_refused,       // a gateway did not know a sensor's topic id, and the sensor registered it again
    gateway_buffered,       // a gateway kept a message for a broker that was away, and acknowledged it in its place
    gateway_congested,      // a gateway told a sensor of congestion
    address_changed,        // a fault gave a device another address
    address_followed,       // and the device's gateway went on with it there, without a CONNECT
};
constexpr std::array<std::string_view, 28> event_names = {"sn.publish.dup",
                                                          "sn.publish.gave_up",
                                                          "sensor.lost",
                                                          "will.fired",
                                                          "delivery.dup",
                                                          "retained.seen",
                                                          "broker.session.resumed",
                                                          "broker.session.gone",
                                                          "broker.queue.overflowed",
                                                          "broker.restarted",
                                                          "gateway.restarted",
                                                          "sensor.slept",
                                                          "link.queue.overflowed",
                                                          "link.duplicated",
                                                          "link.flapped",
                                                          "client.kicked",
                                                          "broker.paused",
                                                          "gateway.paused",
                                                          "disk.full",
                                                          "clock.skewed",
                                                          "reading.rejected",
                                                          "sensor.store.overflowed",
                                                          "command.received",
                                                          "sn.topic_id.refused",
                                                          "gw.buffer.nonempty",
                                                          "gw.congestion",
                                                          "sensor.address.changed",
                                                          "sensor.address.followed"};
/// How often each has happened, in the order of NamedEvent.
using EventCounts = std::array<std::uint64_t, event_names.size()>;
constexpr std::string_view name_of(NamedEvent event) { return event_names[static_cast<std::size_t>(event)]; }

}  // namespace trunkline::sim
