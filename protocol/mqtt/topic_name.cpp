#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::mqtt {

bool is_topic_name(std::string_view topic) {
    if (topic.empty() || topic.size() > 65'535) return false;  // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
    bool has_other = false;  // looked up without an early exit, so that compilers take sixteen octets at a time
    for (const char octet : topic) has_other |= octet == '+' || octet == '#' || octet == '\0';
    return !has_other;  // [MQTT-4.7.0-1] [MQTT-4.7.3-2]
}

}  // namespace trunkline::mqtt
