#include "gateway/net/admin_pages.hpp"

#include "gateway/net/metrics_page.hpp"
#include "gateway/net/sensors_json.hpp"
#include "gateway/net/server.hpp"
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
HttpAnswer too_busy() { return http_text(503, "a shard does not come to answer"); }

}  // namespace

template <typename Look>
bool AdminPages::each_shard(Look look) {
    for (AdministeredShard& shard : shards_) {
        bool is_enough = false;
        const auto do_look = [&] { is_enough = look(shard); };
        if (shard.errands == nullptr) do_look();
        else if (!shard.errands->run(do_look)) return false;
        if (is_enough) break;
    }
    return true;
}

template <typename Ask>
HttpAnswer AdminPages::first_answer(Ask ask, HttpAnswer otherwise) {
    std::optional<HttpAnswer> answer;
    const bool is_done = each_shard([&](AdministeredShard& shard) {
        answer = ask(shard);
        return answer.has_value();
    });
    if (!is_done) return too_busy();
    return answer ? *std::move(answer) : std::move(otherwise);
}

std::optional<Figures> AdminPages::figures() {
    std::optional<Figures> sum;
    const bool is_done = each_shard([&](AdministeredShard& shard) {
        if (sum) sum->add(shard.core.figures());
        else sum = shard.core.figures();
        return false;
    });
    return is_done ? sum : std::nullopt;
}

HttpAnswer AdminPages::answer(const HttpRequest& request) {
    const std::vector<std::string>& path = request.path;
    const bool is_health = path.size() == 1 && path[0] == "healthz";
    if (const auto refusal = gate_.refusal(request, is_health)) return *refusal;
    if (path.size() == 1 && (is_health || path[0] == "metrics")) {
        if (!is_reading(request.method)) return http_not_allowed("GET, HEAD");
        return is_health ? health() : metrics();
    }
    if (path.size() >= 3 && path[0] == "api" && path[1] == "v1" && path[2] == "sensors") {
        if (path.size() == 3) return sensors(request);
        if (path.size() == 4) return sensor(request);
        if (path.size() == 5) return part_of_sensor(request);
    }
    return http_text(404, "nothing is served on this path");
}

HttpAnswer AdminPages::health() {
    const std::optional<Figures> now = figures();
    if (!now) return too_busy();
    if (now->gauges.is_shutting_down) return http_text(503, "shutting down");
    if (now->gauges.is_store_failing) return http_text(503, "the store does not take what has to be stored");
    return http_text(200, "ok");
}

HttpAnswer AdminPages::metrics() {
    const std::optional<Figures> now = figures();
    SocketFigures sockets;
    const bool is_done = now && each_shard([&](AdministeredShard& shard) {
                             if (shard.server != nullptr) sockets.add(shard.server->socket_figures());
                             return false;
                         });
    if (!is_done) return too_busy();
    return {200, metrics_page(*now, sockets), runtime::MetricsText::content_type};
}

/// A place in the table is the shard's number and a place in its own.
HttpAnswer AdminPages::sensors(const HttpRequest& request) {
    constexpr unsigned shard_shift = 32;
    if (!is_reading(request.method)) return http_not_allowed("GET, HEAD");
    const std::optional<PageWanted> wanted = runtime::page_wanted(request);
    if (!wanted) return runtime::http_bad_page();
    const std::uint64_t index = wanted->from >> shard_shift;
    std::uint64_t at = 0;
    std::string body = sensors_json(shards_.front().core, {}, clock_.now());  // of a shard that there is not
    const bool is_done = each_shard([&](AdministeredShard& shard) {
        if (at++ != index) return false;
        const PageWanted in_shard{wanted->from - (index << shard_shift), wanted->limit};
        Page<const Client*> page = shard.core.sensors(in_shard);
        if (page.next) *page.next += index << shard_shift;
        else if (index + 1 < shards_.size()) page.next = (index + 1) << shard_shift;
        body = sensors_json(shard.core, page, clock_.now());
        return true;
    });
    if (!is_done) return too_busy();
    return {200, std::move(body), runtime::json_type};
}

HttpAnswer AdminPages::sensor(const HttpRequest& request) {
    using Answer = std::optional<HttpAnswer>;
    const std::string& client_id = request.path[3];
    if (request.method == HttpMethod::del) {
        return first_answer(
            [&](AdministeredShard& shard) -> Answer {
                const Gateway::Discarded discarded = shard.core.discard(client_id, clock_.now());
                if (discarded == Gateway::Discarded::no_such_sensor) return std::nullopt;
                log_.info("operator.deleted_sensor", {{"client_id", client_id}});
                if (discarded == Gateway::Discarded::everywhere) return HttpAnswer{204, {}};
                return http_text(202, "forgotten here; its session at the broker ends when that can be reached");
            },
            no_such_sensor());
    }
    if (!is_reading(request.method)) return http_not_allowed("GET, HEAD, DELETE");
    return first_answer(
        [&](AdministeredShard& shard) -> Answer {
            const Client* client = shard.core.find(client_id);
            if (client == nullptr) return std::nullopt;
            return HttpAnswer{200, sensor_json(shard.core, *client, clock_.now()), runtime::json_type};
        },
        no_such_sensor());
}

HttpAnswer AdminPages::part_of_sensor(const HttpRequest& request) {
    using Answer = std::optional<HttpAnswer>;
    const std::string& client_id = request.path[3];
    const std::string& part = request.path[4];
    if (part == "trace") return trace_sensor(request);
    if (part == "disconnect") {
        if (request.method != HttpMethod::post) return http_not_allowed("POST");
        return first_answer(
            [&](AdministeredShard& shard) -> Answer {
                if (!shard.core.disconnect(client_id, clock_.now())) return std::nullopt;
                log_.info("operator.disconnected", {{"client_id", client_id}});
                return HttpAnswer{204, {}};
            },
            http_text(404, "no such sensor is connected"));
    }
    if (part != "buffer") return http_text(404, "a sensor has these: buffer, disconnect, trace");
    if (!is_reading(request.method)) return http_not_allowed("GET, HEAD");
    return first_answer(
        [&](AdministeredShard& shard) -> Answer {
            const Client* client = shard.core.find(client_id);
            if (client == nullptr) return std::nullopt;
            return HttpAnswer{200, buffer_json(*client), runtime::json_type};
        },
        no_such_sensor());
}

/// Also of a sensor that is still to come; whichever shard it will belong to.
HttpAnswer AdminPages::trace_sensor(const HttpRequest& request) {
    const std::string& client_id = request.path[3];
    const bool begins = request.method == HttpMethod::post;
    if (!begins && request.method != HttpMethod::del) return http_not_allowed("POST, DELETE");
    bool is_done_somewhere = false;
    const bool is_done = each_shard([&](AdministeredShard& shard) {
        const bool is_done_here = begins ? shard.trace.begin(client_id, shard.core) : shard.trace.end(client_id);
        is_done_somewhere = is_done_somewhere || is_done_here;
        return false;
    });
    if (!is_done) return too_busy();
    if (!is_done_somewhere) {
        return begins ? http_text(503, "as many sensors are traced as may be at once")
                      : http_text(404, "this sensor is not traced");
    }
    log_.info(begins ? "operator.traces" : "operator.traces_no_more", {{"client_id", client_id}});
    return {204, {}};
}

}  // namespace trunkline::gateway
