#include "runtime/http/http_gate.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

unsigned status_of(const HttpGate& gate, const HttpRequest& request, bool is_public = false) {
    const auto refusal = gate.refusal(request, is_public);
    return refusal ? refusal->status : 200;
}

HttpRequest from(std::string host, std::string authorization = {}, std::string origin = {}) {
    HttpRequest request;
    request.host = std::move(host);
    request.authorization = std::move(authorization);
    request.origin = std::move(origin);
    return request;
}

}  // namespace

TEST_CASE("HTTP gate: without a token, programs of this machine") {
    const HttpGate gate(std::nullopt);
    for (const std::string host : {"localhost", "localhost:9600", "127.0.0.1:9600", "127.8.8.8", "[::1]:9600"})
        CHECK_MESSAGE(status_of(gate, from(host)) == 200, host);
}

TEST_CASE("HTTP gate: without a token no web page, neither by its Origin nor under a name of its own") {
    const HttpGate gate(std::nullopt);
    CHECK(status_of(gate, from("localhost", {}, "http://evil.example")) == 403);
    CHECK(status_of(gate, from("localhost", {}, "null")) == 403);
    for (const std::string host : {"", "evil.example", "evil.example:9600", "localhost.evil.example", "[", "10.0.0.1"})
        CHECK_MESSAGE(status_of(gate, from(host)) == 403, host);
}

TEST_CASE("HTTP gate: with a token, whoever has it; what is public needs none") {
    const HttpGate gate("0123456789abcdef");
    CHECK(status_of(gate, from("broker.example", "Bearer 0123456789abcdef")) == 200);
    for (const std::string given : {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Bearer 0123456789abcdefg",
                                    "Bearer 0123456789abcdeF", "Basic 0123456789abcdef", "0123456789abcdef"})
        CHECK_MESSAGE(status_of(gate, from("localhost", given)) == 401, given);
    CHECK(status_of(gate, from("broker.example"), true) == 200);
}

TEST_CASE("HTTP token: the first line of a file, long enough to be one") {
    const test::TemporaryFolder folder;
    const std::string path = (folder.path() / "token").string();
    const auto token_in = [&](const std::string& text) {
        std::ofstream(path) << text;
        return read_token(path);
    };
    CHECK(*token_in("0123456789abcdef\n") == "0123456789abcdef");
    CHECK(*token_in("0123456789abcdef\r\nanother line\n") == "0123456789abcdef");
    CHECK(token_in("0123456789abcde\n").error().find("at least 16 visible characters") != std::string::npos);
    CHECK_FALSE(token_in("0123456789 abcdef\n"));
    CHECK_FALSE(token_in(""));
    CHECK(read_token(path + "-not-there").error().find("cannot be read") != std::string::npos);
}
