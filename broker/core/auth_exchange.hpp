#pragma once
// An enhanced authentication of one connection (5.0 §4.12): by CONNECT, and again whenever its client wants.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::broker {

/// Exists for connections whose CONNECT named an Authentication Method.
struct AuthExchange {
    /// Whose message is next. nobody: none is under way.
    enum class Turn : std::uint8_t { nobody, client, broker };

    std::string method;  // of CONNECT, and so of all that follows [MQTT-4.12.0-5]
    Turn turn = Turn::broker;
    std::string user{};                   // who it has to be, since it said so before; empty: anybody
    std::vector<std::byte> so_far{};      // see AuthAnswer
    std::vector<std::byte> last{};        // Authentication Data of the CONNACK that is about to be sent
    std::optional<Instant> give_up_at{};  // of re-authentication; until CONNACK the time to connect holds
};

}  // namespace trunkline::broker
