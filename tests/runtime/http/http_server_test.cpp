#include "runtime/http/http_server.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "tests/support/rounds.hpp"

using namespace trunkline;
using namespace trunkline::runtime;
using namespace std::chrono_literals;

namespace {

struct Echo : HttpHandler {
    HttpAnswer answer(const HttpRequest& request) override {
        ++asked;
        return http_text(200, request.path.empty() ? "/" : request.path[0]);
    }
    int asked = 0;
};

struct Clients : StreamEvents {
    explicit Clients(EventLoop& loop) : streams(loop, *this) {}
    StreamId open(const Url& to) {
        streams.connect(StreamId{++last}, to, 10s);
        return StreamId{last};
    }
    void send(StreamId id, std::string_view text) {
        OutputBytes bytes;
        bytes.append(as_byte_view(text));
        streams.send(id, bytes);
    }
    StreamId accepted(const StreamOrigin&) override { return StreamId{}; }
    void accept_failed(std::string_view, std::error_code) override {}
    void connected(StreamId) override { ++connections; }
    void received(StreamId id, ByteView bytes) override { texts[id] += as_text(bytes); }
    void written(StreamId, std::size_t) override {}
    void closed(StreamId id, StreamEnd) override { ended[id] = true; }

    std::uint64_t last = 0;
    std::size_t connections = 0;
    TcpStreams streams;
    std::map<StreamId, std::string> texts;
    std::map<StreamId, bool> ended;
};

struct HttpServerFixture {
    RealClock clock;
    EventLoop loop;
    Echo echo;
    HttpServer server{loop, echo, Url{Scheme::http, "127.0.0.1", 0}};
    Clients clients{loop};

    std::string answer_to(std::string_view text) {
        const StreamId id = clients.open(server.bound());
        clients.send(id, text);
        test::run_until(loop, [&] { return clients.ended.contains(id); });
        return clients.texts[id];
    }
};

}  // namespace

TEST_CASE_FIXTURE(HttpServerFixture, "HTTP server: one request, one answer, and the end") {
    CHECK(answer_to("GET /metrics HTTP/1.1\r\n\r\n").ends_with("\r\n\r\nmetrics\n"));
    CHECK(answer_to("HEAD /metrics HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
    // What follows on the same connection is not looked at.
    answer_to("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
    CHECK(echo.asked == 3);
    CHECK_FALSE(server.deadline());
}

TEST_CASE_FIXTURE(HttpServerFixture, "HTTP server: what is no request is told so, and costs nobody else anything") {
    CHECK(answer_to("\x16\x03\x01\x02 and more of TLS").starts_with("HTTP/1.1 400 "));
    CHECK(answer_to("GET /" + std::string(9000, 'a')).starts_with("HTTP/1.1 431 "));
    CHECK(answer_to("GET /x HTTP/1.1\r\n\r\n").ends_with("x\n"));
}

TEST_CASE_FIXTURE(HttpServerFixture, "HTTP server: who does not finish in time is told so") {
    const StreamId slow = clients.open(server.bound());
    clients.send(slow, "GET / HT");
    test::run_until(loop, [&] { return server.deadline().has_value(); });
    const Instant end = *server.deadline();
    server.advance(end - 1ns);
    CHECK(server.connection_count() == 1);
    server.advance(end);
    test::run_until(loop, [&] { return clients.ended.contains(slow); });
    CHECK(clients.texts[slow].starts_with("HTTP/1.1 408 "));
}

TEST_CASE_FIXTURE(HttpServerFixture, "HTTP server: more connections than it has room for are closed, the others stay") {
    for (std::size_t count = 0; count < HttpServer::connection_limit; ++count) clients.open(server.bound());
    test::run_until(loop, [&] { return server.connection_count() == HttpServer::connection_limit; });
    const StreamId one_more = clients.open(server.bound());
    test::run_until(loop, [&] {
        server.advance(clock.now());
        return clients.ended.contains(one_more);
    });
    CHECK(server.connection_count() == HttpServer::connection_limit);
    clients.send(StreamId{1}, "GET /still HTTP/1.1\r\n\r\n");
    test::run_until(loop, [&] { return clients.ended.contains(StreamId{1}); });
    CHECK(clients.texts[StreamId{1}].ends_with("still\n"));
}
