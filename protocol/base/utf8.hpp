#pragma once
// Which octets are a string to MQTT.

#include "protocol/base/bytes.hpp"

namespace trunkline {

/// True for well-formed UTF-8 (shortest forms, no surrogates, at most U+10FFFF) without U+0000.
/// 5.0 [MQTT-1.5.4-1] [MQTT-1.5.4-2], 3.1.1 [MQTT-1.5.3-1] 3.1.1 [MQTT-1.5.3-2]. Length is not judged here.
bool is_mqtt_utf8(ByteView bytes);

}  // namespace trunkline
