#include "runtime/transport/websocket_layer.hpp"

#include <doctest/doctest.h>
#include <malloc.h>

#include <vector>

#include "tests/runtime/transport/upgrade_request.hpp"
#include "tests/support/websocket_client.hpp"

namespace trunkline::runtime {

namespace {

using test::client_frame;

struct WebSocketFixture {
    void receive(std::string_view octets) { layer->received(as_byte_view(octets), up, down); }
    std::string take_answer() {
        const std::string answer(as_text(down.view()));
        down = OutputBytes();
        return answer;
    }
    std::string_view text() const { return as_text(up.view()); }

    WebSocketSettings settings;
    std::unique_ptr<StreamLayer> layer = make_websocket_layer(settings);
    OutputBytes up;
    OutputBytes down;
};

using Status = StreamLayer::Status;

}  // namespace

TEST_CASE_FIXTURE(WebSocketFixture, "[MQTT-6.0.0-2] 3.1.1 [MQTT-6.0.0-2] request and frames may come in any pieces") {
    const std::string octets = test::upgrade_request() + client_frame("\x10\x0c") + client_frame("MQTT");
    SUBCASE("at once") { receive(octets); }
    SUBCASE("octet by octet") {
        for (const char octet : octets) receive({&octet, 1});
    }
    SUBCASE("with the cut within the end of the header") {
        const std::size_t cut = test::upgrade_request().size() - 2;
        receive(octets.substr(0, cut));
        CHECK(layer->status() == Status::opening);
        receive(octets.substr(cut));
    }
    CHECK(layer->status() == Status::open);
    CHECK(text() == "\x10\x0cMQTT");
    CHECK(take_answer().starts_with("HTTP/1.1 101 "));
}

TEST_CASE_FIXTURE(WebSocketFixture, "[MQTT-6.0.0-1] 3.1.1 [MQTT-6.0.0-1] what is sent is one binary frame") {
    receive(test::upgrade_request());
    take_answer();
    layer->send(as_byte_view("\x20\x02"), down);
    CHECK(take_answer() == "\x82\x02\x20\x02");
}

TEST_CASE_FIXTURE(WebSocketFixture, "[MQTT-6.0.0-1] 3.1.1 [MQTT-6.0.0-1] a text frame ends the stream") {
    receive(test::upgrade_request());
    take_answer();
    receive(client_frame("hello", {.first = 0x81}));
    CHECK(layer->status() == Status::failed);
    CHECK(layer->failure().find("MQTT-6.0.0-1") != std::string_view::npos);
    CHECK(take_answer() == "\x88\x02\x03\xeb");  // 1003
    layer->close(down);
    CHECK(down.empty());
}

TEST_CASE_FIXTURE(WebSocketFixture, "RFC 6455 7.1: both sides may close") {
    receive(test::upgrade_request());
    take_answer();
    SUBCASE("the client") {
        receive(client_frame("\x03\xe8", {.first = 0x88}));
        CHECK(layer->status() == Status::ended);
        CHECK(take_answer() == "\x88\x02\x03\xe8");
    }
    SUBCASE("the server") {
        layer->close(down);
        CHECK(take_answer() == "\x88\x02\x03\xe8");
    }
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: a refused request fails with its answer, and nothing follows") {
    receive(test::upgrade_request("Sec-WebSocket-Protocol", "chat") + client_frame("x"));
    CHECK(layer->status() == Status::failed);
    CHECK(layer->failure() == "WebSocket: the subprotocol mqtt is wanted");
    CHECK(take_answer().starts_with("HTTP/1.1 400 "));
    CHECK(up.empty());
}

TEST_CASE("websocket: a header is waited for up to its limit") {
    for (const bool is_too_long : {false, true}) {
        WebSocketFixture fixture;
        const std::size_t size = longest_upgrade_header - test::upgrade_request("X", "").size();
        const std::string filler(size + (is_too_long ? 1 : 0), 'x');
        const std::string request = test::upgrade_request("X", filler.c_str());
        for (std::size_t at = 0; at < request.size(); at += 1000) fixture.receive(request.substr(at, 1000));
        CHECK(fixture.layer->status() == (is_too_long ? Status::failed : Status::open));
        CHECK(fixture.take_answer().starts_with(is_too_long ? "HTTP/1.1 431 " : "HTTP/1.1 101 "));
    }
    WebSocketFixture flood;
    flood.receive(std::string(1'000'000, 'x'));
    CHECK(flood.layer->status() == Status::failed);
}

TEST_CASE("websocket: an idle stream holds no buffers") {
    const WebSocketSettings settings;
    constexpr std::size_t count = 1000;
    std::vector<std::unique_ptr<StreamLayer>> streams;
    streams.reserve(count);
    const std::string octets = test::upgrade_request() + client_frame("CONNECT") + client_frame("?", {.first = 0x89});
    const std::size_t before = ::mallinfo2().uordblks;
    while (streams.size() < count) {
        streams.push_back(make_websocket_layer(settings));
        OutputBytes up;
        OutputBytes down;
        streams.back()->received(as_byte_view(octets), up, down);
        CHECK(streams.back()->status() == Status::open);
    }
    const std::size_t each = (::mallinfo2().uordblks - before) / count;
    if (each != 0) MESSAGE("octets per idle WebSocket stream: " << each);  // sanitizers' allocators count nothing
    CHECK(each < 256);
}

}  // namespace trunkline::runtime
