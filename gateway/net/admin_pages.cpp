#include "gateway/net/admin_pages.hpp"

#include "gateway/net/metrics_page.hpp"
#include "gateway/net/sensors_json.hpp"
#include "runtime/http/http_pages.hpp"
#include "runtime/http/metrics_text.hpp"

namespace trunkline::gateway {

namespace {

using runtime::http_not_allowed;
using runtime::http_text;
using runtime::HttpAnswer;
using runtime::HttpMethod;
using runtime::HttpRequest;
using runtime::is_reading;

HttpAnswer no_such_sensor() { return http_text(404, "there is no such sensor"); }

}  // namespace

HttpAnswer AdminPages::answer(const HttpRequest& request) {
    const std::vector<std::string>& path = request.path;
    const bool is_health = path.size() == 1 && path[0] == "healthz";
    if (const auto refusal = gate_.refusal(request, is_health)) return *refusal;
    if (path.size() == 1 && (is_health || path[0] == "metrics")) {
        if (!is_reading(request.method)) return http_not_allowed("GET, HEAD");
        if (is_health) return health();
        return {200, metrics_page(core_), runtime::MetricsText::content_type};
    }
    if (path.size() >= 3 && path[0] == "api" && path[1] == "v1" && path[2] == "sensors") {
        if (path.size() == 3) return sensors(request);
        if (path.size() == 4) return sensor(request);
        if (path.size() == 5) return part_of_sensor(request);
    }
    return http_text(404, "nothing is served on this path");
}

HttpAnswer AdminPages::health() const {
    const Gauges gauges = core_.gauges();
    if (gauges.is_shutting_down) return http_text(503, "shutting down");
    if (gauges.is_store_failing) return http_text(503, "the store does not take what has to be stored");
    return http_text(200, "ok");
}

HttpAnswer AdminPages::sensors(const HttpRequest& request) const {
    if (!is_reading(request.method)) return http_not_allowed("GET, HEAD");
    const std::optional<PageWanted> wanted = runtime::page_wanted(request);
    if (!wanted) return runtime::http_bad_page();
    return {200, sensors_json(core_, *wanted, clock_.now()), runtime::json_type};
}

HttpAnswer AdminPages::sensor(const HttpRequest& request) {
    const std::string& client_id = request.path[3];
    if (request.method == HttpMethod::del) {
        if (!core_.discard(client_id, clock_.now())) return no_such_sensor();
        log_.info("operator.deleted_sensor", {{"client_id", client_id}});
        return {204, {}};
    }
    if (!is_reading(request.method)) return http_not_allowed("GET, HEAD, DELETE");
    const Client* client = core_.find(client_id);
    if (client == nullptr) return no_such_sensor();
    return {200, sensor_json(core_, *client, clock_.now()), runtime::json_type};
}

HttpAnswer AdminPages::part_of_sensor(const HttpRequest& request) {
    const std::string& client_id = request.path[3];
    const std::string& part = request.path[4];
    if (part == "trace") return trace_sensor(request);
    if (part == "disconnect") {
        if (request.method != HttpMethod::post) return http_not_allowed("POST");
        if (!core_.disconnect(client_id, clock_.now())) return http_text(404, "no such sensor is connected");
        log_.info("operator.disconnected", {{"client_id", client_id}});
        return {204, {}};
    }
    if (part != "buffer") return http_text(404, "a sensor has these: buffer, disconnect, trace");
    if (!is_reading(request.method)) return http_not_allowed("GET, HEAD");
    const Client* client = core_.find(client_id);
    if (client == nullptr) return no_such_sensor();
    return {200, buffer_json(*client), runtime::json_type};
}

/// Also of a sensor that is still to come.
HttpAnswer AdminPages::trace_sensor(const HttpRequest& request) {
    const std::string& client_id = request.path[3];
    if (request.method == HttpMethod::post) {
        if (!trace_.begin(client_id, core_)) return http_text(503, "as many sensors are traced as may be at once");
        log_.info("operator.traces", {{"client_id", client_id}});
        return {204, {}};
    }
    if (request.method != HttpMethod::del) return http_not_allowed("POST, DELETE");
    if (!trace_.end(client_id)) return http_text(404, "this sensor is not traced");
    log_.info("operator.traces_no_more", {{"client_id", client_id}});
    return {204, {}};
}

}  // namespace trunkline::gateway
