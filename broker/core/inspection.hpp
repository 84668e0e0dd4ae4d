#pragma once
// The broker's tables as an operator looks at them: piece by piece, so that no look holds up the work.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/session.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/page.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// A session and, while its client is connected, the connection. Views what lives in the broker: valid until its next
/// input.
struct SessionView {
    const Session* session = nullptr;
    std::string_view peer;  // of the connection; empty: there is none
    std::string_view user;  // empty: anonymous
    std::size_t queued_messages = 0;
    std::size_t queued_bytes = 0;  // footprints
    std::size_t output_bytes = 0;  // for its socket
    std::size_t inbound = 0;       // QoS 2 messages from the client that wait for PUBREL
};

struct RetainedView {
    std::string_view topic;
    mqtt::QoS qos{};
    std::size_t payload_bytes = 0;
    Instant received_at{};
    std::optional<Instant> expires_at;
};

}  // namespace trunkline::broker
