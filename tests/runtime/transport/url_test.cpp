#include "runtime/transport/url.hpp"

#include <doctest/doctest.h>

namespace trunkline::runtime {

namespace {

std::string error_of(std::string_view text, Scheme wanted = Scheme::mqtt) {
    const auto url = parse_url(text, wanted);
    REQUIRE(!url);
    return url.error();
}

}  // namespace

TEST_CASE("url: host and port") {
    const auto url = parse_url("mqtt://127.0.0.1:1884", Scheme::mqtt);
    REQUIRE(url);
    CHECK(*url == Url{Scheme::mqtt, "127.0.0.1", 1884});
    CHECK(to_string(*url) == "mqtt://127.0.0.1:1884");
}

TEST_CASE("url: the port may be left out") {
    CHECK(parse_url("mqtt://broker.example", Scheme::mqtt)->port == 1883);
    CHECK(parse_url("udp://broker.example", Scheme::udp)->port == 10000);
    CHECK(parse_url("mqtt://broker.example/", Scheme::mqtt)->host == "broker.example");
}

TEST_CASE("url: an IPv6 address stands in brackets") {
    const auto url = parse_url("udp://[::1]:10000", Scheme::udp);
    REQUIRE(url);
    CHECK(url->host == "::1");
    CHECK(to_string(*url) == "udp://[::1]:10000");
    CHECK(error_of("udp://::1:10000", Scheme::udp).find("brackets") != std::string::npos);
    CHECK(error_of("udp://[::1", Scheme::udp).find("brackets") != std::string::npos);
    CHECK(error_of("udp://[::1]10000", Scheme::udp).find("brackets") != std::string::npos);
}

TEST_CASE("url: ports from 0 to 65535") {
    CHECK(parse_url("mqtt://h:0", Scheme::mqtt)->port == 0);
    CHECK(parse_url("mqtt://h:65535", Scheme::mqtt)->port == 65535);
    for (const char* wrong : {"mqtt://h:65536", "mqtt://h:-1", "mqtt://h:", "mqtt://h:1x", "mqtt://h: 1"}) {
        CHECK(error_of(wrong).find("a port from 0 to 65535") != std::string::npos);
    }
}

TEST_CASE("url: what this version does not have is refused by name") {
    for (const char* scheme : {"mqtts", "ws", "wss"}) {
        const std::string error = error_of(std::string(scheme) + "://127.0.0.1:1");
        CHECK(error.find(std::string(scheme) + " is not available in this version") != std::string::npos);
    }
}

TEST_CASE("url: what is no address is refused with the wanted form") {
    for (const char* wrong : {"", "127.0.0.1:1883", "http://h:1", "udp://h:1"}) {
        CHECK(error_of(wrong).find("mqtt://HOST:PORT is wanted") != std::string::npos);
    }
    CHECK(error_of("mqtt://:1883").find("a host is missing") != std::string::npos);
    CHECK(error_of("mqtt://h:1/topic").find("a path or a query") != std::string::npos);
    CHECK(error_of("mqtt://h:1?cert=x").find("a path or a query") != std::string::npos);
}

TEST_CASE("url: a password in an address is refused and not repeated") {
    CHECK(error_of("mqtt://user:secret@h:1").find("secret") == std::string::npos);
}

TEST_CASE("url: loopback is what no other machine can reach") {
    for (const char* host : {"localhost", "127.0.0.1", "127.255.0.9", "::1"}) CHECK(is_loopback(host));
    for (const char* host : {"0.0.0.0", "::", "192.168.0.1", "126.255.255.255", "128.0.0.1", "127.evil.example"}) {
        CHECK(!is_loopback(host));
    }
}

}  // namespace trunkline::runtime
