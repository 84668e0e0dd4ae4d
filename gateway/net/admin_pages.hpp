#pragma once
// What the gateway answers over HTTP to whoever operates it (docs/gateway.md).

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "gateway/net/trace.hpp"
#include "runtime/http/http_gate.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/errands.hpp"

namespace trunkline::gateway {

class Server;

/// One shard, to be looked at in its own thread only.
struct AdministeredShard {
    Gateway& core;
    Trace& trace;
    runtime::Errands* errands = nullptr;  // of its thread; null: it is the thread that answers
    const Server* server = nullptr;       // null: it has no sockets
};

/// /metrics, /healthz, and /api/v1/sensors: to look at them, to disconnect, delete and trace one. Several shards look
/// like one gateway.
class AdminPages : public runtime::HttpHandler {
public:
    /// All outlive the pages. `token`: nothing is told without it, but for /healthz.
    AdminPages(std::vector<AdministeredShard> shards, const runtime::Log& log, std::optional<std::string> token)
        : shards_(std::move(shards)), log_(log), gate_(std::move(token)) {}

    runtime::HttpAnswer answer(const runtime::HttpRequest& request) override;

private:
    /// Calls look(AdministeredShard&) in the thread of each until it says that it has seen enough. False: one did not
    /// come to it in time.
    template <typename Look>
    bool each_shard(Look look);
    /// The same until one has an answer; else `otherwise`.
    template <typename Ask>
    runtime::HttpAnswer first_answer(Ask ask, runtime::HttpAnswer otherwise);
    std::optional<Figures> figures();
    runtime::HttpAnswer health();
    runtime::HttpAnswer metrics();
    runtime::HttpAnswer sensors(const runtime::HttpRequest& request);
    /// /api/v1/sensors/ID.
    runtime::HttpAnswer sensor(const runtime::HttpRequest& request);
    /// /api/v1/sensors/ID/WORD.
    runtime::HttpAnswer part_of_sensor(const runtime::HttpRequest& request);
    runtime::HttpAnswer trace_sensor(const runtime::HttpRequest& request);

    std::vector<AdministeredShard> shards_;
    const runtime::Log& log_;
    runtime::HttpGate gate_;
    runtime::RealClock clock_;
};

}  // namespace trunkline::gateway
