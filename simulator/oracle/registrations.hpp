#pragma once
// The promise of registrations: a topic id that the gateway gave is known to it as long as the sensor's session lasts.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

struct Books;
enum class SupervisionEnd : std::uint8_t;

/// What a sensor was told by REGACK (MQTT-SN 1.2 §5.4.11).
struct Registration {
    std::uint16_t topic_id = 0;
    Instant at{};
};

/// What was under way when the sensor learned of an id may still be answered by what was true before.
constexpr Duration registration_grace = std::chrono::seconds(10);

void note_registration(Books& books, std::size_t sensor, std::uint16_t topic_id, Instant now);
/// PUBACK "rejected: invalid topic id" reached the sensor.
void check_refused_topic_id(Books& books, std::size_t sensor, std::uint16_t topic_id, Instant now);
/// A connection without a session before it.
void registrations_begin_anew(Books& books, std::size_t sensor);
/// The gateway gave the sensor up, or refused it: a session that is clean is over, whatever the sensor believes. One
/// that was only replaced is not: whether it was the sensor that wanted this, registrations_begin_anew() knows.
void registrations_ended(Books& books, std::size_t sensor, SupervisionEnd end);
/// A gateway lost its disk.
void registrations_lost(Books& books, std::size_t gateway);

}  // namespace trunkline::sim
