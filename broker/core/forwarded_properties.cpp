#include "broker/core/forwarded_properties.hpp"

namespace trunkline::broker {

using mqtt::PropertyId;

namespace {

bool is_forwarded(PropertyId id) {
    switch (id) {
        case PropertyId::payload_format_indicator:  // [MQTT-3.3.2-4]
        case PropertyId::response_topic:            // [MQTT-3.3.2-15]
        case PropertyId::correlation_data:          // [MQTT-3.3.2-16]
        case PropertyId::user_property:             // [MQTT-3.3.2-17] [MQTT-3.3.2-18]
        case PropertyId::content_type:              // [MQTT-3.3.2-20]
            return true;
        default:
            return false;
    }
}

bool has_only_forwarded(const mqtt::Properties& properties) {
    for (const mqtt::Property& property : properties) {
        if (!is_forwarded(property.id)) return false;
    }
    return true;
}

}  // namespace

ByteView forwarded(const mqtt::Properties& properties, mqtt::PropertyBuilder& storage) {
    if (has_only_forwarded(properties)) return properties.octets();
    for (const mqtt::Property& property : properties) {
        if (!is_forwarded(property.id)) continue;
        if (property.id == PropertyId::user_property) {
            storage.user_property(property.text, property.value);
        } else if (property.id == PropertyId::payload_format_indicator) {
            storage.number(property.id, property.number);
        } else {
            storage.text(property.id, property.text);
        }
    }
    return storage.view().octets();
}

}  // namespace trunkline::broker
