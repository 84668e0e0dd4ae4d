#include "simulator/links/stream_connection.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

LinkProfile link(double loss = 0.0) { return {.id = "uplink", .delay = 10ms, .jitter = 0ms, .loss = loss}; }

StreamConnection connection(const LinkProfile& profile = link()) {
    return StreamConnection(profile, Random(1, "c", "up"), Random(1, "c", "down"));
}

/// Advances to each deadline up to `end`.
void run(StreamConnection& stream, Instant end) {
    while (stream.next_deadline() && *stream.next_deadline() <= end) stream.advance(*stream.next_deadline());
}

OutputBytes bytes(std::string_view text) {
    OutputBytes output;
    output.append(as_byte_view(text));
    return output;
}

std::string read(StreamConnection& stream, StreamEnd at, Instant now) {
    std::string text(as_text(stream.arrived(at)));
    stream.consume(at, text.size(), now);
    return text;
}

StreamConnection opened() {
    StreamConnection stream = connection();
    stream.open(Instant{});
    run(stream, Instant{} + 30ms);
    REQUIRE(stream.take_opened(StreamEnd::client));
    REQUIRE(stream.take_opened(StreamEnd::server));
    return stream;
}

}  // namespace

TEST_CASE("a client is open after one round trip, a server half a round trip later, each told once") {
    StreamConnection stream = connection();
    stream.open(Instant{});
    run(stream, Instant{} + 20ms - 1ns);
    CHECK(!stream.take_opened(StreamEnd::client));
    run(stream, Instant{} + 20ms);
    CHECK(stream.take_opened(StreamEnd::client));
    CHECK(!stream.take_opened(StreamEnd::client));
    run(stream, Instant{} + 30ms - 1ns);
    CHECK(!stream.take_opened(StreamEnd::server));
    run(stream, Instant{} + 30ms);
    CHECK(stream.take_opened(StreamEnd::server));
}

TEST_CASE("bytes go both ways, and the sender is told what left its buffer") {
    StreamConnection stream = opened();
    OutputBytes up = bytes("CONNECT");
    stream.send(StreamEnd::client, up, Instant{} + 30ms);
    CHECK(up.empty());
    CHECK(stream.take_written(StreamEnd::client) == 7);
    CHECK(stream.take_written(StreamEnd::client) == 0);
    OutputBytes down = bytes("CONNACK");
    stream.send(StreamEnd::server, down, Instant{} + 30ms);
    run(stream, Instant{} + 40ms);
    CHECK(read(stream, StreamEnd::server, Instant{} + 40ms) == "CONNECT");
    CHECK(read(stream, StreamEnd::client, Instant{} + 40ms) == "CONNACK");
}

TEST_CASE("what was sent before a close arrives before the close does") {
    StreamConnection stream = opened();
    OutputBytes last = bytes("DISCONNECT");
    stream.send(StreamEnd::client, last, Instant{} + 30ms);
    stream.close(StreamEnd::client, Instant{} + 30ms);
    CHECK(!stream.is_over());
    run(stream, Instant{} + 40ms);
    CHECK(!stream.take_closed(StreamEnd::server));
    CHECK(read(stream, StreamEnd::server, Instant{} + 40ms) == "DISCONNECT");
    CHECK(stream.take_closed(StreamEnd::server));
    CHECK(!stream.take_closed(StreamEnd::client));  // it closed itself
    CHECK(stream.is_over());
}

TEST_CASE("a full window holds bytes back in the send buffer, also before a close, until the other end reads") {
    StreamConnection stream = opened();
    const std::string text(StreamDirection::window + 5, 'x');
    OutputBytes much = bytes(text);
    stream.send(StreamEnd::client, much, Instant{} + 30ms);
    stream.close(StreamEnd::client, Instant{} + 30ms);
    CHECK(stream.take_written(StreamEnd::client) == StreamDirection::window);
    run(stream, Instant{} + 1s);
    std::size_t arrived = read(stream, StreamEnd::server, Instant{} + 1s).size();
    CHECK(arrived == StreamDirection::window);
    run(stream, Instant{} + 2s);
    CHECK(!stream.take_closed(StreamEnd::server));
    arrived += read(stream, StreamEnd::server, Instant{} + 2s).size();
    CHECK(arrived == text.size());
    CHECK(stream.take_closed(StreamEnd::server));
}

TEST_CASE("a connection that cannot be opened is told to the client as closed, and to the server not at all") {
    StreamConnection stream = connection(link(1.0));
    stream.open(Instant{});
    run(stream, Instant{} + 62s);
    CHECK(!stream.take_closed(StreamEnd::client));
    run(stream, Instant{} + 63s);
    CHECK(stream.take_closed(StreamEnd::client));
    CHECK(!stream.take_opened(StreamEnd::client));
    CHECK(!stream.take_closed(StreamEnd::server));
    CHECK(stream.is_over());
}

TEST_CASE("a client that closes while opening leaves nobody waiting") {
    StreamConnection stream = connection();
    stream.open(Instant{});
    run(stream, Instant{} + 10ms);  // SYN has arrived
    stream.close(StreamEnd::client, Instant{} + 15ms);
    run(stream, Instant{} + 1s);
    CHECK(!stream.take_opened(StreamEnd::client));
    CHECK(!stream.take_opened(StreamEnd::server));
    CHECK(!stream.take_closed(StreamEnd::server));
    CHECK(stream.is_over());
}

TEST_CASE("while nobody listens, an opening is refused: the client is told after one round trip, the server never") {
    StreamConnection stream = connection();
    stream.set_listening(false);
    stream.open(Instant{});
    run(stream, Instant{} + 20ms);
    CHECK(!stream.take_opened(StreamEnd::client));
    CHECK(stream.take_closed(StreamEnd::client));
    CHECK(!stream.take_opened(StreamEnd::server));
    CHECK(stream.is_over());
}

TEST_CASE("a server that closes before the client's ACK has come does not hear of the connection any more") {
    StreamConnection stream = connection();
    stream.open(Instant{});
    run(stream, Instant{} + 20ms);  // ACK is under way
    stream.close(StreamEnd::server, Instant{} + 20ms);
    run(stream, Instant{} + 30ms);
    CHECK(!stream.take_opened(StreamEnd::server));
    CHECK(stream.take_closed(StreamEnd::client));
    CHECK(stream.is_over());
}
