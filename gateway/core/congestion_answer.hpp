#pragma once
// "Rejected: congestion" to a message that cannot be served now (MQTT-SN 1.2 §5.3.10, §6.13).

#include <optional>
#include <variant>

#include "protocol/mqttsn/messages.hpp"

namespace trunkline::gateway {

/// What tells the sensor to come back later. Nothing: there is no such answer to this message.
inline std::optional<mqttsn::Message> congestion_answer(const mqttsn::Message& message) {
    constexpr auto congestion = mqttsn::ReturnCode::congestion;
    if (std::holds_alternative<mqttsn::Connect>(message)) return mqttsn::ConnAck{congestion};
    if (const auto* asked = std::get_if<mqttsn::Register>(&message))
        return mqttsn::RegAck{asked->topic_id, asked->msg_id, congestion};
    if (const auto* asked = std::get_if<mqttsn::Subscribe>(&message))
        return mqttsn::SubAck{.msg_id = asked->msg_id, .return_code = congestion};
    const auto* publish = std::get_if<mqttsn::Publish>(&message);
    if (publish == nullptr || publish->qos == mqttsn::QoS::minus_one) return std::nullopt;
    return mqttsn::PubAck{publish->topic_id, publish->msg_id, congestion};
}

}  // namespace trunkline::gateway
