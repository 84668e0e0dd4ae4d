#pragma once
// A listener as the core knows it: rules, and how many came in by it.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "broker/core/access_rules.hpp"
#include "broker/core/listener_rules.hpp"
#include "broker/core/settings.hpp"

namespace trunkline::broker {

struct Listener {
    Listener(ListenerRules its_rules, const Settings& settings)
        : rules(std::move(its_rules)),
          maximum_qos(std::min(rules.maximum_qos.value_or(settings.maximum_qos), settings.maximum_qos)),
          topic_alias_maximum(rules.topic_alias_maximum.value_or(settings.topic_alias_maximum)),
          access(std::make_shared<const AccessRules>()) {}

    ListenerRules rules;
    mqtt::QoS maximum_qos;  // of what its clients publish [MQTT-3.2.2-11]
    std::uint16_t topic_alias_maximum;
    std::shared_ptr<const AccessRules> access;  // several listeners may share them
    std::size_t clients = 0;                    // that are connected by it
};

}  // namespace trunkline::broker
