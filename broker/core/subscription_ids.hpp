#pragma once
// Subscription identifiers as they stand in a PUBLISH.

#include <cstdint>

#include "broker/core/shared_octets.hpp"
#include "broker/core/store_batch.hpp"
#include "protocol/mqtt/properties.hpp"

namespace trunkline::broker {

/// A subscription without an identifier adds nothing.
inline void add_subscription_id(mqtt::PropertyBuilder& properties, SubscriptionId id) {
    if (id != SubscriptionId{})
        properties.number(mqtt::PropertyId::subscription_identifier, static_cast<std::uint32_t>(id));
}

/// For what comes by one subscription alone.
inline SharedOctets subscription_ids(SubscriptionId id) {
    if (id == SubscriptionId{}) return {};
    mqtt::PropertyBuilder properties;
    add_subscription_id(properties, id);
    return SharedOctets(properties.view().octets());
}

}  // namespace trunkline::broker
