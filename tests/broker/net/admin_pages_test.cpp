#include "broker/net/admin_pages.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

namespace trunkline::broker {

namespace {

using runtime::HttpAnswer;
using runtime::HttpMethod;
using runtime::HttpRequest;

struct PagesFixture {
    PagesFixture() { core.start(clock.now(), clock.wall()); }

    HttpAnswer ask(HttpMethod method, std::initializer_list<std::string> path, std::string_view query = {}) {
        HttpRequest request;
        REQUIRE(read_target("/" + std::string(query.empty() ? "" : "?") + std::string(query), request));
        request.method = method;
        request.path = path;
        request.host = "localhost";
        return pages.answer(request);
    }
    HttpAnswer get(std::initializer_list<std::string> path, std::string_view query = {}) {
        return ask(HttpMethod::get, path, query);
    }

    runtime::RealClock clock;
    Broker core{Settings{}};
    runtime::Log log{runtime::LogLevel::error};
    AdminPages pages{core, log, std::nullopt};
};

}  // namespace

TEST_CASE_FIXTURE(PagesFixture, "admin pages: health says what ails the broker") {
    CHECK(get({"healthz"}).status == 200);
    CHECK(get({"healthz"}).body == "ok\n");
    core.store_failed(Ticket{1}, {28, "No space left on device"}, clock.now());
    CHECK(get({"healthz"}).status == 503);
    CHECK(get({"healthz"}).body.find("store") != std::string::npos);
    core.shut_down(clock.now());
    CHECK(get({"healthz"}).body == "shutting down\n");
}

TEST_CASE_FIXTURE(PagesFixture, "admin pages: each path has its methods, and others are named") {
    CHECK(ask(HttpMethod::head, {"metrics"}).status == 200);
    CHECK(ask(HttpMethod::post, {"metrics"}).status == 405);
    CHECK(ask(HttpMethod::post, {"metrics"}).allow == "GET, HEAD");
    CHECK(ask(HttpMethod::get, {"api", "v1", "clients", "a", "disconnect"}).allow == "POST");
    CHECK(ask(HttpMethod::get, {"api", "v1", "sessions", "a"}).allow == "DELETE");
    CHECK(ask(HttpMethod::del, {"api", "v1", "sessions", "a"}).status == 404);
    CHECK(ask(HttpMethod::post, {"api", "v1", "clients", "a", "disconnect"}).status == 404);
    CHECK(get({}).status == 404);
    CHECK(get({"api"}).status == 404);
    CHECK(get({"api", "v2", "clients"}).status == 404);
    CHECK(get({"api", "v1", "nothing"}).status == 404);
}

TEST_CASE_FIXTURE(PagesFixture, "admin pages: tables are empty at first, and limits are kept") {
    for (const std::string name : {"clients", "sessions", "queues", "retained", "subscriptions"}) {
        CHECK(get({"api", "v1", name}).body == "{\n  \"" + name + "\": []\n}\n");
        CHECK(get({"api", "v1", name}).content_type == "application/json");
        CHECK(get({"api", "v1", name}, "limit=1000").status == 200);
        for (const std::string_view query : {"limit=0", "limit=1001", "limit=x", "limit=", "limit=-1", "limit=1x"})
            CHECK_MESSAGE(get({"api", "v1", name}, query).status == 400, query);
    }
    CHECK(get({"api", "v1", "clients"}, "from=99999").status == 200);
    for (const std::string_view query : {"from=x", "from=-1", "from=99999999999999999999", "from=9999999999999"})
        CHECK_MESSAGE(get({"api", "v1", "clients"}, query).status == 400, query);
}

TEST_CASE_FIXTURE(PagesFixture, "admin pages: metrics name every cause, also those that have not happened") {
    const std::string body = get({"metrics"}).body;
    for (std::size_t cause = 0; cause < drop_cause_count; ++cause) {
        const std::string name(name_of(static_cast<DropCause>(cause)));
        CHECK(body.find("trunkline_publish_dropped_total{cause=\"" + name + "\"} 0\n") != std::string::npos);
        CHECK(name != "unknown");
    }
    for (std::size_t cause = 0; cause < close_cause_count; ++cause) {
        const std::string name(name_of(static_cast<CloseCause>(cause)));
        CHECK(body.find("trunkline_connections_closed_total{cause=\"" + name + "\"} 0\n") != std::string::npos);
        CHECK(name != "unknown");
    }
}

}  // namespace trunkline::broker
