#pragma once
// How one receiver gets a message.

#include "broker/core/shared_octets.hpp"
#include "broker/core/slots.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// What a subscription, or several that overlap, make of a message.
struct DeliveryOptions {
    mqtt::QoS qos{};
    bool retain = false;
    SharedOctets subscription_ids;  // [MQTT-3.3.4-3], as properties of PUBLISH
    GroupId group = no_group;       // of the shared subscription that it came by
};

}  // namespace trunkline::broker
