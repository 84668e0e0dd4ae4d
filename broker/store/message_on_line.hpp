#pragma once
// A stored message comes back on another time line.

#include "broker/core/store_batch.hpp"

namespace trunkline::broker {

/// The message of a record with its wall times placed on the core's line, as a message of its own.
inline MessagePtr message_on_line(const Message& message, WallTime received_at, std::optional<WallTime> expires_at,
                                  const WallClock& clock) {
    Message::Parts parts;
    parts.topic = message.topic();
    parts.properties = message.properties().octets();
    parts.payload = message.payload();
    parts.received_at = clock.instant(received_at);
    if (expires_at) parts.expires_at = clock.instant(*expires_at);
    return Message::make(parts);
}

}  // namespace trunkline::broker
