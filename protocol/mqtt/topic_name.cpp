#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::mqtt {

bool is_topic_name(std::string_view topic) {
    if (topic.empty() || topic.size() > 65'535) return false;  // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
    for (const char octet : topic) {
        if (octet == '+' || octet == '#' || octet == '\0') return false;  // [MQTT-4.7.0-1] [MQTT-4.7.3-2]
    }
    return true;
}

}  // namespace trunkline::mqtt
