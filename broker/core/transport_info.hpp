#pragma once
// How the core knows a network connection.

#include <cstdint>
#include <string>

namespace trunkline::broker {

/// Given by the driver, never twice within the life of a core, never stored.
enum class ConnectionId : std::uint64_t {};

/// The listener's place in Settings::listeners.
enum class ListenerId : std::uint16_t {};

/// What the driver knows about a connection before its first byte.
struct TransportInfo {
    std::string listener;   // URL as configured
    std::string peer;       // "127.0.0.1:50412"
    std::string user = {};  // the name in the client's certificate, which its issuer answers for; empty: none
    ListenerId listener_id = {};
};

}  // namespace trunkline::broker
