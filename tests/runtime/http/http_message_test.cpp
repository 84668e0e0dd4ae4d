#include "runtime/http/http_message.hpp"

#include <doctest/doctest.h>

using namespace trunkline::runtime;

TEST_CASE("HTTP target: segments and parameters are decoded one by one") {
    HttpRequest request;
    REQUIRE(read_target("/api/v1/clients/ps%2F1%20a/disconnect?limit=10&from=a%26b&flag", request));
    CHECK(request.path == std::vector<std::string>{"api", "v1", "clients", "ps/1 a", "disconnect"});
    REQUIRE(request.parameter("limit") != nullptr);
    CHECK(*request.parameter("limit") == "10");
    CHECK(*request.parameter("from") == "a&b");
    CHECK(request.parameter("flag")->empty());
    CHECK(request.parameter("other") == nullptr);
}

TEST_CASE("HTTP target: what is no path is refused") {
    for (const std::string_view target : {"", "*", "metrics", "http://host/metrics", "/%", "/%4", "/%zz", "/a?x=%g1"}) {
        HttpRequest request;
        CHECK_MESSAGE(!read_target(target, request), target);
    }
    HttpRequest root;
    CHECK(read_target("/", root));
    CHECK(root.path.empty());
}

TEST_CASE("HTTP answer: it is the last on its connection, and HEAD gets no body") {
    const HttpAnswer answer{200, "ok\n"};
    const std::string wire = to_wire(answer, true);
    CHECK(wire.starts_with("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
    CHECK(wire.find("\r\nContent-Length: 3\r\n") != std::string::npos);
    CHECK(wire.ends_with("\r\n\r\nok\n"));
    CHECK(to_wire(answer, false).ends_with("\r\nContent-Length: 3\r\n\r\n"));
    CHECK(to_wire({204, {}}, true).find("Content-Length") == std::string::npos);
    CHECK(to_wire(http_text(401, "no"), true).find("\r\nWWW-Authenticate: Bearer\r\n") != std::string::npos);
    HttpAnswer not_allowed = http_text(405, "no");
    not_allowed.allow = "GET";
    CHECK(to_wire(not_allowed, true).find("\r\nAllow: GET\r\n") != std::string::npos);
}
