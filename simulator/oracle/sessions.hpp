#pragma once
// The promise of sessions: present exactly as long as the server has to keep them.

#include <chrono>
#include <optional>
#include <string_view>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// What an actor or an RTU asks of the server.
struct SessionTerms {
    std::string_view id;
    bool is_mqtt_5 = false;
    bool clean_session = false;
    std::chrono::seconds expiry{};  // MQTT 5
    std::chrono::seconds keep_alive{};

    /// A session that is kept without a connection.
    bool outlives_connection() const { return is_mqtt_5 ? expiry > std::chrono::seconds(0) : !clean_session; }
    /// Clean Start is for the first connection of a session that outlives it (protocol/mqtt/client_settings.hpp).
    bool begins_clean_each_time() const { return clean_session && !outlives_connection(); }
};
SessionTerms terms_of(const ActorPlan& actor);
/// Of an RTU.
SessionTerms terms_of(const SensorPlan& rtu);

/// What CONNACK must say; nothing: both are right, because the moment is too close to the expiry, or because a CONNECT
/// whose answer was lost may have begun a session.
std::optional<bool> expected_presence(const Books& books, const SessionTerms& terms, const SessionBook& book,
                                      Instant now);

/// CONNACK arrived at the actor. To be called before the books take note of it.
void check_session(Books& books, std::size_t actor, bool session_present, Instant now);
/// The same at an RTU.
void check_rtu_session(Books& books, std::size_t sensor, bool session_present, Instant now);

}  // namespace trunkline::sim
