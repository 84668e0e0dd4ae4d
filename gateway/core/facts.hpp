#pragma once
// What is worth telling, as outputs of the core.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/base/address.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

struct SensorConnected {
    std::string client_id;
    Address address;
    bool clean_session = false;
};
struct SensorRefused {
    std::string client_id;
    Address address;
    mqttsn::ReturnCode return_code{};
    mqtt::ReasonCode upstream_reason = mqtt::ReasonCode::success;
};
struct SensorGone {
    enum class Cause : std::uint8_t { disconnected, keep_alive_timeout, replaced };
    std::string client_id;
    Cause cause{};
};
struct UpstreamLost {
    std::string client_id;
    std::string_view clause;  // of a protocol error, else empty
};
using Fact = std::variant<SensorConnected, SensorRefused, SensorGone, UpstreamLost>;

struct Counters {
    std::uint64_t datagrams_received = 0;
    std::uint64_t datagrams_sent = 0;
    std::uint64_t malformed = 0;        // dropped datagrams that are no MQTT-SN message
    std::uint64_t unexpected = 0;       // messages that mean nothing in the sender's state
    std::uint64_t publish_received = 0; // from sensors, retransmissions included
    std::uint64_t publish_forwarded = 0;
    std::uint64_t congestion_answers = 0;
    std::uint64_t upstream_opens = 0;
};

}  // namespace trunkline::gateway
