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
};
constexpr std::array<std::string_view, 14> event_names = {"sn.publish.dup",
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
                                                          "link.duplicated"};
constexpr std::string_view name_of(NamedEvent event) { return event_names[static_cast<std::size_t>(event)]; }

}  // namespace trunkline::sim
