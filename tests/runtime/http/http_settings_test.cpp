#include "runtime/http/http_settings.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "runtime/settings/usage_error.hpp"
#include "runtime/transport/start_error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

Given given_by(std::string_view http, std::string_view token_file) {
    Given given;
    if (!http.empty()) given.add("http", {std::string(http), "--http"});
    if (!token_file.empty()) given.add("http_token_file", {std::string(token_file), "--http-token-file"});
    return given;
}

std::string refusal_of(std::string_view http, std::string_view token_file = {}) {
    try {
        http_settings(given_by(http, token_file));
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("http settings: off by default, on a loopback address without a token, elsewhere with one") {
    CHECK_FALSE(http_settings(given_by("", "")).url);
    CHECK(http_settings(given_by("127.0.0.1:9600", "")).url == Url{Scheme::http, "127.0.0.1", 9600});
    CHECK(http_settings(given_by("[::1]:0", "")).url->port == 0);
    CHECK(refusal_of("0.0.0.0:9600").find("add --http-token-file FILE") != std::string::npos);
    CHECK(http_settings(given_by("0.0.0.0:9600", "token")).token_file == "token");
}

TEST_CASE("http settings: what cannot be meant is said") {
    CHECK(refusal_of("127.0.0.1").find("HOST:PORT is wanted") != std::string::npos);
    CHECK(refusal_of("x").starts_with("--http: "));
    CHECK(refusal_of("", "token") == "--http-token-file: there is nothing to protect: add --http HOST:PORT");
}

TEST_CASE("http settings: the token is read when it is asked for") {
    const test::TemporaryFolder folder;
    CHECK_FALSE(HttpSettings{}.token());
    CHECK_THROWS_AS((HttpSettings{{}, folder.file("none")}.token()), StartError);
    std::ofstream(folder.file("token")) << "0123456789abcdef\n";
    CHECK(HttpSettings{{}, folder.file("token")}.token() == "0123456789abcdef");
}
