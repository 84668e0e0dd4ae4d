#pragma once
// What the gateway answers over HTTP to whoever operates it (docs/gateway.md).

#include <optional>
#include <string>

#include "gateway/core/gateway.hpp"
#include "gateway/net/trace.hpp"
#include "runtime/http/http_gate.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::gateway {

/// /metrics, /healthz, and /api/v1/sensors: to look at them, to disconnect, delete and trace one.
class AdminPages : public runtime::HttpHandler {
public:
    /// All outlive the pages. `token`: nothing is told without it, but for /healthz.
    AdminPages(Gateway& core, Trace& trace, const runtime::Log& log, std::optional<std::string> token)
        : core_(core), trace_(trace), log_(log), gate_(std::move(token)) {}

    runtime::HttpAnswer answer(const runtime::HttpRequest& request) override;

private:
    runtime::HttpAnswer health() const;
    runtime::HttpAnswer sensors(const runtime::HttpRequest& request) const;
    /// /api/v1/sensors/ID.
    runtime::HttpAnswer sensor(const runtime::HttpRequest& request);
    /// /api/v1/sensors/ID/WORD.
    runtime::HttpAnswer part_of_sensor(const runtime::HttpRequest& request);
    runtime::HttpAnswer trace_sensor(const runtime::HttpRequest& request);

    Gateway& core_;
    Trace& trace_;
    const runtime::Log& log_;
    runtime::HttpGate gate_;
    runtime::RealClock clock_;
};

}  // namespace trunkline::gateway
