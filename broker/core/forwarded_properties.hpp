#pragma once
// Properties that travel with a message.

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/properties.hpp"

namespace trunkline::broker {

/// Those of a PUBLISH or a will that belong to the message and not to one hop (§3.3.2.3): they are forwarded unchanged
/// and in order. [MQTT-3.3.2-17] [MQTT-3.3.2-18]. In `storage` unless they already stand alone; valid as long as both.
ByteView forwarded(const mqtt::Properties& properties, mqtt::PropertyBuilder& storage);

}  // namespace trunkline::broker
