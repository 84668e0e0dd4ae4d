#pragma once
// A PUBLISH between its arrival and its last receiver.

#include <optional>
#include <string_view>

#include "broker/core/message.hpp"
#include "broker/core/retained.hpp"

namespace trunkline::broker {

/// Views the packet. Becomes a Message once, when the first queue wants it: QoS 0 to clients that are there needs none.
struct Arrived {
    std::string_view topic;
    ByteView properties;  // those that are forwarded [MQTT-3.3.2-17] [MQTT-3.3.2-18]
    ByteView payload;
    mqtt::QoS qos{};
    bool retain = false;  // as it was published
    bool is_sys = false;  // the broker's own, below $SYS
    Instant received_at{};
    std::optional<Instant> expires_at;
    MessagePtr made;

    static Arrived from(const Retained& retained) {
        Arrived arrived = from(retained.message, retained.qos);
        arrived.retain = true;
        return arrived;
    }
    static Arrived from(const MessagePtr& message, mqtt::QoS qos) {
        return {message->topic(),
                message->properties().octets(),
                message->payload(),
                qos,
                false,
                false,
                message->received_at(),
                message->expires_at(),
                message};
    }

    const MessagePtr& message() {
        if (!made) made = Message::make({topic, properties, payload, received_at, expires_at});
        return made;
    }
};

}  // namespace trunkline::broker
