#pragma once
// Sees every send, acknowledgement and delivery at both ends and decides message by message. README.md has the
// promises.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/books.hpp"
#include "simulator/oracle/causes.hpp"
#include "simulator/oracle/history.hpp"
#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Names one reading: which sensor (index into Scenario::sensors) and its number, from 1. It travels in the payload.
struct ReadingKey {
    std::size_t sensor = 0;
    std::uint64_t sequence = 0;
};

/// What has happened so far, for progress lines.
struct OracleProgress {
    std::uint64_t offered = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t deliveries = 0;  // first copies, to all actors
    std::size_t sensors_connected = 0;
};

/// Facts from both ends, in the order of time. Driven by the world (virtual clock) and by the live driver alike.
/// Holds tens of bytes for a reading that is under way or did not get through, nothing for those that did.
class Oracle {
public:
    /// The scenario outlives the oracle and has at most 64 actors. `start` is the run's beginning on the line of time
    /// of the facts.
    explicit Oracle(const Scenario& scenario, Instant start = Instant{});

    // facts from the sensors' side
    void offered(ReadingKey key, Instant now);  // a reading exists; numbers of a sensor rise
    void sent(ReadingKey key, Instant now);     // handed to the protocol client: PUBLISH is under way
    void transmissions(ReadingKey key,
                       unsigned count);  // PUBLISH datagrams that left for it, when its exchange has ended
    void acknowledged(ReadingKey key, Instant now);
    void gave_up(ReadingKey key, Instant now);
    void rejected(ReadingKey key, Instant now);
    void interrupted(ReadingKey key, Instant now);  // the connection ended during its exchange: it waits again
    void dropped_by_sensor(ReadingKey key, LossCause cause, Instant now);
    void sensor_connected(std::size_t sensor, Instant now);
    void sensor_lost(std::size_t sensor, Instant now);

    // facts from the actors' side
    void delivered(std::size_t actor, ReadingKey key, bool dup, Instant now);
    void unexpected(std::size_t actor, std::string_view topic, Instant now);     // a message that no sensor sent
    void actor_connected(std::size_t actor, bool session_present, Instant now);  // CONNACK
    /// SUBACK for all of its filters: from now on it is owed what matches. Before, it is not.
    void actor_subscribed(std::size_t actor, Instant now);
    void actor_lost(std::size_t actor, Instant now);

    // verdict
    /// Closes the books: no facts after it.
    Verdict finish(Instant now) const;
    OracleProgress progress() const { return progress_; }

private:
    OpenReading* open(ReadingKey key);
    void end(ReadingKey key, OpenReading::Stage stage, Instant now);
    void end_session(std::size_t actor);
    void found(const Finding& finding);

    const Scenario& scenario_;
    Instant start_;
    Books books_;
    HistoryKeeper history_;
    OracleProgress progress_;
};

}  // namespace trunkline::sim
