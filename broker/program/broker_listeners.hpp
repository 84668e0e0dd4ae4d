#pragma once
// The broker's listeners with what holds for their clients: docs/listeners.md.

#include <vector>

#include "broker/core/listener_rules.hpp"
#include "broker/net/access_files.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/transport/listener_settings.hpp"

namespace trunkline::broker {

struct BrokerListener {
    runtime::ListenerSettings transport;
    ListenerRules rules;
    AccessSettings access;
};

/// In the order in which they were given; the default one if none was. Throws runtime::UsageError.
std::vector<BrokerListener> broker_listeners(const runtime::Given& given);

}  // namespace trunkline::broker
