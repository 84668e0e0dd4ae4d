#pragma once
// The promise of sessions: present exactly as long as the server has to keep them.

#include <optional>

#include "simulator/oracle/books.hpp"

namespace trunkline::sim {

/// Whether the actor asks for a session that is kept without a connection.
bool session_outlives_connection(const ActorPlan& actor);

/// What CONNACK must say; nothing: both are right, because the moment is too close to the expiry, or because a CONNECT
/// whose answer was lost may have begun a session.
std::optional<bool> expected_presence(const Books& books, std::size_t actor, Instant now);

/// CONNACK arrived at the actor. To be called before the books take note of it.
void check_session(Books& books, std::size_t actor, bool session_present, Instant now);

}  // namespace trunkline::sim
