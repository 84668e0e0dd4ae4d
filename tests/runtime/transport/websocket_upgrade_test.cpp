#include "runtime/transport/websocket_upgrade.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/runtime/transport/upgrade_request.hpp"

namespace trunkline::runtime {

namespace {

using test::upgrade_request;

/// The status code of the answer.
std::string status_of(const std::string& request, const WebSocketSettings& settings = {}) {
    const UpgradeAnswer answer = answer_upgrade(request, settings);
    CHECK(answer.response.starts_with("HTTP/1.1 "));
    CHECK((answer.response.substr(9, 3) == "101") == answer.refusal.empty());
    return answer.response.substr(9, 3);
}

}  // namespace

TEST_CASE("RFC 6455 4.2.2: the answer to the key of the specification's example") {
    CHECK(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("[MQTT-6.0.0-4] 3.1.1 [MQTT-6.0.0-4] the subprotocol mqtt is selected and returned") {
    const UpgradeAnswer answer = answer_upgrade(upgrade_request(), {});
    CHECK(answer.refusal.empty());
    CHECK(answer.response ==
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n");
    CHECK(status_of(upgrade_request("Sec-WebSocket-Protocol", "mqttv3.1, mqtt")) == "101");
    CHECK(status_of(upgrade_request("Sec-WebSocket-Protocol", "chat\r\nSec-WebSocket-Protocol: mqtt")) == "101");
}

TEST_CASE("[MQTT-6.0.0-3] 3.1.1 [MQTT-6.0.0-3] a client that does not offer the subprotocol mqtt is refused") {
    for (const char* offered : {"", "mqttv3.1", "MQTT", "mqtt5", "chat,superchat"}) {
        CAPTURE(offered);
        CHECK(status_of(upgrade_request("Sec-WebSocket-Protocol", offered)) == "400");
    }
    CHECK(status_of(upgrade_request("Sec-WebSocket-Protocol", nullptr)) == "400");
}

TEST_CASE("RFC 6455 4.2.1: an upgrade may be written in many ways") {
    CHECK(status_of(upgrade_request("Connection", "keep-alive, Upgrade")) == "101");
    CHECK(status_of(upgrade_request("Upgrade", "WebSocket")) == "101");
    CHECK(status_of(upgrade_request("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")) ==
          "101");
    CHECK(status_of(upgrade_request("Cookie", std::string(4000, 'c').c_str())) == "101");
}

TEST_CASE("RFC 6455 4.2.1: what is no upgrade is refused with its reason") {
    CHECK(status_of(upgrade_request("Upgrade", nullptr)) == "426");
    CHECK(status_of(upgrade_request("Upgrade", "h2c")) == "426");
    CHECK(status_of(upgrade_request("Connection", "close")) == "426");
    CHECK(status_of(upgrade_request("Host", nullptr)) == "400");
    CHECK(status_of(upgrade_request("Sec-WebSocket-Version", "8")) == "426");
    CHECK(answer_upgrade(upgrade_request("Sec-WebSocket-Version", "8"), {})
              .response.find("\r\nSec-WebSocket-Version: 13\r\n") != std::string::npos);
    CHECK(status_of(upgrade_request("Sec-WebSocket-Version", nullptr)) == "426");
    for (const char* key :
         {"", "short", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25j????"})
        CHECK(status_of(upgrade_request("Sec-WebSocket-Key", key)) == "400");
}

TEST_CASE("upgrade: only GET, only HTTP/1.1, only this path") {
    const auto with_line = [](const std::string& line) {
        const std::string request = upgrade_request();
        return line + request.substr(request.find("\r\n"));
    };
    CHECK(status_of(with_line("GET /mqtt?token=x HTTP/1.1")) == "101");
    CHECK(status_of(with_line("POST /mqtt HTTP/1.1")) == "405");
    CHECK(status_of(with_line("GET /mqtt HTTP/1.0")) == "400");
    for (const char* path : {"/", "/mqtt/", "/MQTT", "/mqtt5", "mqtt"}) {
        CAPTURE(path);
        CHECK(status_of(with_line("GET " + std::string(path) + " HTTP/1.1")) == "404");
    }
    WebSocketSettings settings;
    settings.path = "/ws";
    CHECK(status_of(with_line("GET /ws HTTP/1.1"), settings) == "101");
    CHECK(status_of(with_line("GET /mqtt HTTP/1.1"), settings) == "404");
    settings.path = any_path;
    for (const char* path : {"/", "/mqtt", "/a/b?c=d", "/*"})
        CHECK(status_of(with_line("GET " + std::string(path) + " HTTP/1.1"), settings) == "101");
}

TEST_CASE("upgrade: what is no HTTP is refused") {
    for (const char* wrong : {"\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n", "GET /mqtt HTTP/9.9\r\n\r\n",
                              "GET /mqtt HTTP/1.1\r\nno colon\r\n\r\n", "GET /mqtt HTTP/1.1\r\n: empty\r\n\r\n"}) {
        CAPTURE(wrong);
        CHECK(status_of(wrong) == "400");
    }
}

TEST_CASE("upgrade: origins are left alone unless some are named") {
    CHECK(status_of(upgrade_request("Origin", "https://anywhere.example")) == "101");
    WebSocketSettings settings;
    settings.origins = {"https://scada.example", "http://localhost:8080"};
    CHECK(status_of(upgrade_request("Origin", "https://scada.example"), settings) == "101");
    CHECK(status_of(upgrade_request("Origin", "http://localhost:8080"), settings) == "101");
    CHECK(status_of(upgrade_request("Origin", "https://anywhere.example"), settings) == "403");
    CHECK(status_of(upgrade_request("Origin", "https://scada.example.evil"), settings) == "403");
    CHECK(status_of(upgrade_request(), settings) == "403");
}

}  // namespace trunkline::runtime
