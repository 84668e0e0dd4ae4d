#pragma once
// The levels that both protocols have (MQTT-SN 1.2 §5.3.4). QoS -1 is none of them.

#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

constexpr mqtt::QoS qos_of(mqttsn::QoS qos) {
    switch (qos) {
        case mqttsn::QoS::exactly_once:
            return mqtt::QoS::exactly_once;
        case mqttsn::QoS::at_least_once:
            return mqtt::QoS::at_least_once;
        case mqttsn::QoS::at_most_once:
        case mqttsn::QoS::minus_one:
            break;
    }
    return mqtt::QoS::at_most_once;
}

constexpr mqttsn::QoS qos_of(mqtt::QoS qos) {
    switch (qos) {
        case mqtt::QoS::exactly_once:
            return mqttsn::QoS::exactly_once;
        case mqtt::QoS::at_least_once:
            return mqttsn::QoS::at_least_once;
        case mqtt::QoS::at_most_once:
            break;
    }
    return mqttsn::QoS::at_most_once;
}

}  // namespace trunkline::gateway
