#pragma once
// What the broker answers over HTTP to whoever operates it (docs/operating.md).

#include <optional>
#include <string>

#include "broker/core/broker.hpp"
#include "runtime/http/http_gate.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::broker {

/// /metrics, /healthz, and /api/v1: tables to look at, clients to disconnect, sessions to delete.
class AdminPages : public runtime::HttpHandler {
public:
    /// Core and log outlive the pages. `token`: nothing is told without it, but for /healthz.
    AdminPages(Broker& core, const runtime::Log& log, std::optional<std::string> token)
        : core_(core), log_(log), gate_(std::move(token)) {}

    runtime::HttpAnswer answer(const runtime::HttpRequest& request) override;

private:
    runtime::HttpAnswer health() const;
    runtime::HttpAnswer table(const runtime::HttpRequest& request) const;
    runtime::HttpAnswer disconnect(const std::string& client_id);
    runtime::HttpAnswer delete_session(const std::string& client_id);

    Broker& core_;
    const runtime::Log& log_;
    runtime::HttpGate gate_;
    runtime::RealClock clock_;
};

}  // namespace trunkline::broker
