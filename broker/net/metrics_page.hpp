#pragma once
// The broker's counters for Prometheus.

#include <string>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

/// In the text format of runtime/http/metrics_text.hpp. Costs the same however much the broker holds.
std::string metrics_page(const Broker& core);

}  // namespace trunkline::broker
