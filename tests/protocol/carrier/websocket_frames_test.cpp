#include "protocol/carrier/websocket_frames.hpp"

#include <doctest/doctest.h>

#include "tests/support/websocket_client.hpp"

namespace trunkline::carrier {

namespace {

using test::client_frame;

struct Fixture {
    void receive(std::string_view octets) { reader.received(as_byte_view(octets), data, answers); }
    void receive_one_by_one(std::string_view octets) {
        for (std::size_t at = 0; at < octets.size(); ++at) receive(octets.substr(at, 1));
    }
    std::string_view text() const { return as_text(data.view()); }
    std::string_view answer() const { return as_text(answers.view()); }

    WebSocketReader reader{1000};
    OutputBytes data;
    OutputBytes answers;
};

std::string close_frame(unsigned status) {
    return {'\x88', '\2', static_cast<char>(status >> 8U), static_cast<char>(status & 0xffU)};
}

}  // namespace

TEST_CASE_FIXTURE(
    Fixture, "[MQTT-6.0.0-2] 3.1.1 [MQTT-6.0.0-2] a stream of octets comes out of any frames, in any fragmentation") {
    const std::string stream = client_frame("half a pa") + client_frame("") +
                               client_frame("cket and one more", {.mask = 0}) +
                               client_frame("begin ", {.first = 0x02}) + client_frame("middle ", {.first = 0x00}) +
                               client_frame("end", {.first = 0x80}) + client_frame(std::string(126, 'm')) +
                               client_frame(std::string(1000, 'l'));
    const std::string expected =
        "half a packet and one morebegin middle end" + std::string(126, 'm') + std::string(1000, 'l');
    SUBCASE("in one piece") { receive(stream); }
    SUBCASE("octet by octet") { receive_one_by_one(stream); }
    SUBCASE("in two pieces, cut anywhere") {
        for (std::size_t cut = 0; cut <= stream.size(); cut += 7) {
            Fixture other;
            other.receive(std::string_view(stream).substr(0, cut));
            other.receive(std::string_view(stream).substr(cut));
            CHECK(other.text() == expected);
        }
        return;
    }
    CHECK(text() == expected);
    CHECK(answers.empty());
    CHECK(!reader.is_over());
}

TEST_CASE_FIXTURE(Fixture, "RFC 6455 5.5.2: a Ping is answered with its payload, also in the middle of a message") {
    receive_one_by_one(client_frame("a", {.first = 0x02}) + client_frame("you there?", {.first = 0x89}) +
                       client_frame("b", {.first = 0x80}));
    CHECK(text() == "ab");
    CHECK(answer() == "\x8a\x0ayou there?");
}

TEST_CASE_FIXTURE(Fixture, "RFC 6455 5.5.3: a Pong that nobody has asked for is ignored") {
    receive(client_frame("news", {.first = 0x8A}) + client_frame("x"));
    CHECK(text() == "x");
    CHECK(answers.empty());
}

TEST_CASE_FIXTURE(Fixture, "RFC 6455 5.5.1: a Close is answered with its status, and nothing after it counts") {
    SUBCASE("with status and reason") {
        receive_one_by_one(client_frame("\x03\xe8 bye", {.first = 0x88}));
        CHECK(answer() == close_frame(1000));
    }
    SUBCASE("without status") {
        receive(client_frame("", {.first = 0x88}));
        CHECK(answer() == std::string("\x88\0", 2));
    }
    const std::string before(answer());
    receive(client_frame("more") + client_frame("x", {.first = 0x89}));
    CHECK(reader.is_over());
    CHECK(reader.failure().empty());
    CHECK(text().empty());
    CHECK(answer() == before);
}

TEST_CASE(
    "[MQTT-6.0.0-1] 3.1.1 [MQTT-6.0.0-1] RFC 6455 5: what is forbidden ends the WebSocket with the reason's status") {
    for (const test::ForbiddenFrame& frame : test::forbidden_frames()) {
        for (const bool in_one_piece : {true, false}) {
            CAPTURE(frame.name);
            Fixture fixture;
            fixture.receive(client_frame("good"));
            if (in_one_piece) fixture.receive(frame.octets);
            else fixture.receive_one_by_one(frame.octets);
            CHECK(fixture.reader.is_over());
            CHECK(fixture.reader.failure().starts_with("WebSocket: "));
            CHECK(fixture.answer() == close_frame(frame.status));
            CHECK(fixture.text().substr(0, 4) == "good");
        }
    }
}

TEST_CASE("RFC 6455 5.2: the server's frames have the shortest length and no mask") {
    const auto frame_of = [](std::size_t size) {
        OutputBytes out;
        append_frame(WebSocketOpcode::binary, as_byte_view(std::string(size, 'p')), out);
        return std::string(as_text(out.view()));
    };
    CHECK(frame_of(0) == std::string("\x82\0", 2));
    CHECK(frame_of(125).substr(0, 3) == "\x82\x7dp");
    CHECK(frame_of(126).substr(0, 5) == std::string("\x82\x7e\0\x7ep", 5));
    CHECK(frame_of(65535).substr(0, 5) == "\x82\x7e\xff\xffp");
    CHECK(frame_of(65536).substr(0, 11) == std::string("\x82\x7f\0\0\0\0\0\1\0\0p", 11));
}

}  // namespace trunkline::carrier
