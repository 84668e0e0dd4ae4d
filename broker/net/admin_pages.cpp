#include "broker/net/admin_pages.hpp"

#include <string_view>

#include "broker/net/metrics_page.hpp"
#include "broker/net/tables_json.hpp"
#include "runtime/http/http_pages.hpp"
#include "runtime/http/metrics_text.hpp"

namespace trunkline::broker {

namespace {

using runtime::http_not_allowed;
using runtime::http_text;
using runtime::HttpAnswer;
using runtime::HttpMethod;
using runtime::HttpRequest;
using runtime::is_reading;
using runtime::json_type;

}  // namespace

HttpAnswer AdminPages::answer(const HttpRequest& request) {
    const std::vector<std::string>& path = request.path;
    const bool is_health = path.size() == 1 && path[0] == "healthz";
    if (const auto refusal = gate_.refusal(request, is_health)) return *refusal;
    const bool is_metrics = path.size() == 1 && path[0] == "metrics";
    const bool is_api = path.size() >= 3 && path[0] == "api" && path[1] == "v1";
    if (is_health || is_metrics || (is_api && path.size() == 3)) {
        if (!is_reading(request.method)) return http_not_allowed("GET, HEAD");
        if (is_health) return health();
        if (is_metrics) return {200, metrics_page(core_), runtime::MetricsText::content_type};
        return table(request);
    }
    if (is_api && path.size() == 5 && path[2] == "clients" && path[4] == "disconnect") {
        if (request.method != HttpMethod::post) return http_not_allowed("POST");
        return disconnect(path[3]);
    }
    if (is_api && path.size() == 4 && path[2] == "sessions") {
        if (request.method != HttpMethod::del) return http_not_allowed("DELETE");
        return delete_session(path[3]);
    }
    return http_text(404, "nothing is served on this path");
}

HttpAnswer AdminPages::health() const {
    const Gauges gauges = core_.gauges();
    if (gauges.is_shutting_down) return http_text(503, "shutting down");
    if (gauges.is_store_failing) return http_text(503, "the store does not take what has to be stored");
    return http_text(200, "ok");
}

HttpAnswer AdminPages::table(const HttpRequest& request) const {
    const std::string& name = request.path[2];
    const bool is_retained = name == "retained";
    const std::optional<PageWanted> wanted = runtime::page_wanted(request, !is_retained);
    if (!wanted) return runtime::http_bad_page();
    if (is_retained) {
        const std::string* after = request.parameter("from");
        const std::string_view topic = after == nullptr ? std::string_view() : std::string_view(*after);
        return {200, retained_json(core_, topic, wanted->limit, clock_.now()), json_type};
    }
    if (name == "clients") return {200, clients_json(core_, *wanted), json_type};
    if (name == "sessions") return {200, sessions_json(core_, *wanted), json_type};
    if (name == "queues") return {200, queues_json(core_, *wanted), json_type};
    if (name == "subscriptions") return {200, subscriptions_json(core_, *wanted), json_type};
    return http_text(404, "there is no such table: clients, sessions, queues, retained, subscriptions");
}

HttpAnswer AdminPages::disconnect(const std::string& client_id) {
    if (!core_.disconnect(client_id, clock_.now())) return http_text(404, "no such client is connected");
    log_.info("operator.disconnected", {{"client_id", client_id}});
    return {204, {}};
}

HttpAnswer AdminPages::delete_session(const std::string& client_id) {
    if (!core_.delete_session(client_id, clock_.now())) return http_text(404, "there is no such session");
    log_.info("operator.deleted_session", {{"client_id", client_id}});
    return {204, {}};
}

}  // namespace trunkline::broker
