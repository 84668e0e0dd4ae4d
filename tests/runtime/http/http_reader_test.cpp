#include "runtime/http/http_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

using Status = HttpReader::Status;

/// In pieces of so many octets; the status after the last one that was wanted.
Status feed(HttpReader& reader, std::string_view text, std::size_t piece) {
    Status status = Status::incomplete;
    while (!text.empty() && status == Status::incomplete) {
        status = reader.feed(as_byte_view(text.substr(0, piece)));
        text.remove_prefix(std::min(piece, text.size()));
    }
    return status;
}

}  // namespace

TEST_CASE("HTTP reader: a request in any fragmentation") {
    const std::string text =
        "POST /api/v1/clients/a/disconnect?x=1 HTTP/1.1\r\nHost: localhost:9600\r\nAuthorization: Bearer t\r\n"
        "Origin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        HttpReader reader;
        REQUIRE(feed(reader, text, piece) == Status::complete);
        const HttpRequest& request = reader.request();
        CHECK(request.method == HttpMethod::post);
        CHECK(request.path.size() == 5);
        CHECK(request.host == "localhost:9600");
        CHECK(request.authorization == "Bearer t");
        CHECK(request.origin == "http://evil.example");
    }
}

TEST_CASE("HTTP reader: methods") {
    const auto method_of = [](const std::string& name) {
        HttpReader reader;
        REQUIRE(feed(reader, name + " / HTTP/1.0\r\n\r\n", 100) == Status::complete);
        return reader.request().method;
    };
    CHECK(method_of("GET") == HttpMethod::get);
    CHECK(method_of("HEAD") == HttpMethod::head);
    CHECK(method_of("DELETE") == HttpMethod::del);
    CHECK(method_of("PUT") == HttpMethod::other);
    CHECK(method_of("BREW") == HttpMethod::other);
}

TEST_CASE("HTTP reader: what is no request, or too large, is refused with its status, and held within bounds") {
    const auto refusal_of = [](const std::string& text) {
        HttpReader reader;
        REQUIRE(feed(reader, text, 1000) == Status::refused);
        return reader.refusal().status;
    };
    CHECK(refusal_of(std::string("\x10\x0c\0\x04MQTT\x04\x02\0\0\0\0", 14)) == 400);
    CHECK(refusal_of("GET metrics HTTP/1.1\r\n\r\n") == 400);
    CHECK(refusal_of("GET / HTTP/3.7\r\n\r\n") == 400);
    CHECK(refusal_of("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n") == 400);
    CHECK(refusal_of("GET / HTTP/1.1\r\nA: " + std::string(10'000, 'a')) == 431);
    CHECK(refusal_of("GET /" + std::string(10'000, 'a')) == 431);
    CHECK(refusal_of("POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n") == 413);
    CHECK(refusal_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n") == 413);
    CHECK(refusal_of("GET / HTTP/1.1\r\nOrigin: null\r'\n\r\n\r\n") == 400);
}

TEST_CASE("HTTP reader: a header that never ends is incomplete until it is too large") {
    HttpReader reader;
    CHECK(feed(reader, "GET / HTTP/1.1\r\nHost: a\r\n", 3) == Status::incomplete);
    Status status = Status::incomplete;
    int lines = 0;
    while (status == Status::incomplete && lines < 10'000) status = feed(reader, "A: b\r\n", 1), ++lines;
    CHECK(status == Status::refused);
    CHECK(reader.refusal().status == 431);
}
