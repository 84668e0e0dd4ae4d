#pragma once
// The promise to sensors that sleep: PINGRESP comes after what waited for them (MQTT-SN 1.2 §6.14).

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

struct Books;

/// A command that a broker has acknowledged is at the gateway of a subscribed sensor within this time.
constexpr Duration command_grace = std::chrono::seconds(5);

/// What is on its way to one sensor that has a commands topic.
struct CommandBook {
    struct Owed {
        std::size_t actor = 0;
        std::size_t publication = 0;
        Instant sent_at{};
        Instant acknowledged_at{};
    };
    std::size_t sensor = 0;
    std::optional<Instant> subscribed_at;
    std::optional<Instant> received_at;       // the last command
    std::optional<Instant> asked_at;          // its waking PINGREQ reached the gateway
    std::optional<Instant> upstream_lost_at;  // the gateway's connection to the broker for it
    std::optional<Instant> dropped_at;        // by the broker, the last time: which one, nobody says
    std::optional<Owed> owed;                 // the last one, if none has come since
};

class CommandBooks {
public:
    explicit CommandBooks(const Scenario& scenario);

    /// Null: it has no commands topic.
    CommandBook* of(std::size_t sensor);
    std::span<CommandBook> all() { return books_; }
    /// Remembers when an actor sent a publication last.
    void sent(std::size_t actor, std::size_t publication, Instant now) { sent_at_[actor][publication] = now; }
    Instant sent_at(std::size_t actor, std::size_t publication) const { return sent_at_[actor][publication]; }

private:
    std::vector<CommandBook> books_;             // by sensor
    std::vector<std::vector<Instant>> sent_at_;  // by actor and publication
};

void command_acknowledged(Books& books, std::size_t actor, std::size_t publication, Instant now);
void commands_subscribed(Books& books, std::size_t sensor, Instant now);
void command_received(Books& books, std::size_t sensor, Instant now);
/// Its connection ended, or a new one began: nothing is owed before it has subscribed again.
void commands_interrupted(Books& books, std::size_t sensor);
void command_dropped(Books& books, std::string_view topic, Instant now);
void commands_upstream_lost(Books& books, std::size_t sensor, Instant now);
void waiting_messages_asked(Books& books, std::size_t sensor, Instant now);
/// PINGRESP reached the sensor.
void check_nothing_waits(Books& books, std::size_t sensor, Instant now);

}  // namespace trunkline::sim
