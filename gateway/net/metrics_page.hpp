#pragma once
// The gateway's counters for Prometheus.

#include <string>

#include "gateway/core/figures.hpp"
#include "gateway/net/socket_figures.hpp"

namespace trunkline::gateway {

/// In the text format of runtime/http/metrics_text.hpp. Costs the same however many sensors there are.
std::string metrics_page(const Figures& figures, const SocketFigures& sockets);

}  // namespace trunkline::gateway
