#pragma once
// What is published to.

#include <optional>
#include <string_view>

namespace trunkline::mqtt {

/// True for a topic that may be published to: 1 to 65,535 octets, no wildcards, no U+0000 (5.0 §4.7).
/// [MQTT-3.3.2-2] [MQTT-4.7.0-1] [MQTT-4.7.3-1] [MQTT-4.7.3-2] [MQTT-4.7.3-3]. UTF-8 is judged by the decoder.
bool is_topic_name(std::string_view topic);

}  // namespace trunkline::mqtt
