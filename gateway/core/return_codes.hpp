#pragma once
// What the broker said, in MQTT-SN's four return codes (MQTT-SN 1.2 §5.3.10).

#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// CONNACK's reason to CONNACK's return code. The codes of 3.1.1 arrive as their 5.0 counterparts. "Congestion" tells
/// the sensor to come back later, hence for what time may heal; all other failures are "not supported".
constexpr mqttsn::ReturnCode connack_return_code(mqtt::ReasonCode reason) {
    using mqtt::ReasonCode;
    if (!mqtt::is_failure(reason)) return mqttsn::ReturnCode::accepted;
    switch (reason) {
        case ReasonCode::server_unavailable:
        case ReasonCode::server_busy:
        case ReasonCode::quota_exceeded:
        case ReasonCode::connection_rate_exceeded:
        case ReasonCode::use_another_server:
        case ReasonCode::server_moved:
            return mqttsn::ReturnCode::congestion;
        default:
            return mqttsn::ReturnCode::not_supported;
    }
}

/// PUBACK's, PUBREC's or SUBACK's reason to the return code of PUBACK or SUBACK.
constexpr mqttsn::ReturnCode acknowledgement_return_code(mqtt::ReasonCode reason) {
    if (!mqtt::is_failure(reason)) return mqttsn::ReturnCode::accepted;
    return reason == mqtt::ReasonCode::quota_exceeded ? mqttsn::ReturnCode::congestion
                                                      : mqttsn::ReturnCode::not_supported;
}

}  // namespace trunkline::gateway
