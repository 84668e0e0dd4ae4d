#pragma once
// Sees every send, acknowledgement and delivery at both ends and decides message by message.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Names one reading: which sensor (index into Scenario::sensors) and its number, from 1. It travels in the payload.
struct ReadingKey {
    std::size_t sensor = 0;
    std::uint64_t sequence = 0;
};

/// Why a reading that was offered did not reach an actor. Every undelivered reading has exactly one.
enum class LossCause : std::uint8_t {
    not_connected,      // the sensor had no connection and no room to keep it
    replaced_by_newer,  // waited in the sensor until a newer one took its place
    retries_exhausted,  // sent, never acknowledged, and no copy came through
    rejected,           // the gateway refused it
    run_ended,          // still waiting or under way when the run ended
    unexplained,        // acknowledged and nowhere: a broken promise
};
constexpr std::size_t loss_cause_count = 6;
std::string_view name_of(LossCause cause);

/// Facts from both ends, in the order of time. Driven by the world (virtual clock) and by the live driver alike.
class Oracle {
public:
    explicit Oracle(const Scenario& scenario);

    // facts from the sensors' side
    void offered(ReadingKey key, Instant now);       // a reading exists
    void sent(ReadingKey key, Instant now);          // handed to the protocol client: PUBLISH is under way
    void transmissions(ReadingKey key, unsigned count);  // PUBLISH datagrams that left for it, when its exchange has ended
    void acknowledged(ReadingKey key, Instant now);
    void gave_up(ReadingKey key, Instant now);
    void rejected(ReadingKey key, Instant now);
    void dropped_by_sensor(ReadingKey key, LossCause cause, Instant now);
    void sensor_connected(std::size_t sensor, Instant now);
    void sensor_lost(std::size_t sensor, Instant now);
    // facts from the actors' side
    void delivered(std::size_t actor, ReadingKey key, bool dup, Instant now);
    void unexpected(std::size_t actor, std::string topic, Instant now);  // a message that no sensor sent
    void actor_connected(std::size_t actor, bool session_present, Instant now);  // CONNACK
    /// SUBACK for all of its filters: from now on it is owed what matches. Before, it is not.
    void actor_subscribed(std::size_t actor, Instant now);
    void actor_lost(std::size_t actor, Instant now);

private:
    const Scenario* scenario_;
};

}  // namespace trunkline::sim
