#pragma once
// What a client is told once, and what it may be asked to change.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"
#include "protocol/mqttsn/retry.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

/// What the gateway publishes when the client is lost (§6.3).
struct Will {
    std::string topic;  // not empty
    std::vector<std::byte> message;
    QoS qos = QoS::at_most_once;
    bool retain = false;
};

struct ClientSettings {
    std::string client_id;
    bool clean_session = true;
    std::chrono::seconds keep_alive{60};  // Duration of CONNECT; at most 65535 s; zero: no pings
    RetrySettings retry;
    Duration congestion_pause = std::chrono::minutes(5);  // Twait: pause after "rejected: congestion"
    /// Pause before a new CONNECT after the connection broke. Drawn by the owner's habits later on; zero: at once.
    Duration reconnect_pause = Duration::zero();
    std::optional<Will> will = std::nullopt;
};

}  // namespace trunkline::mqttsn
