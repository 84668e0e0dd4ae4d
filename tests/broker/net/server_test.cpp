#include "broker/net/server.hpp"

#include <doctest/doctest.h>

#include <string>

#include "runtime/transport/start_error.hpp"
#include "tests/broker/net/server_fixture.hpp"
#include "tests/support/packet_samples.hpp"

namespace trunkline::broker {

using runtime::StreamEnd;
using runtime::StreamId;

namespace {

// Whoever serves the sockets, the same happens.
constexpr unsigned either_way[] = {0, 3};

}  // namespace

TEST_CASE("server: a message goes from one socket to another") {
    for (const unsigned io_threads : either_way) {
        CAPTURE(io_threads);
        ServerFixture at(io_threads);
        const StreamId subscriber = at.connect("scada");
        at.peers.send(subscriber, as_byte_view(std::string("\x82\x06\0\x01\0\x01t\x00", 8)));  // SUBSCRIBE t, QoS 0
        at.rounds_until([&] { return at.peers.texts[subscriber].size() == 5; });
        const StreamId publisher = at.connect("sensor");
        at.peers.send(publisher, as_byte_view(std::string("\x30\x05\0\x01thi", 7)));  // PUBLISH t "hi"
        at.rounds_until([&] { return at.peers.texts[subscriber].size() == 12; });
        CHECK(at.peers.texts[subscriber].substr(5) == std::string("\x30\x05\0\x01thi", 7));
    }
}

TEST_CASE("server: more than the socket takes reaches a slow receiver whole") {
    for (const unsigned io_threads : either_way) {
        CAPTURE(io_threads);
        ServerFixture at(io_threads);
        const StreamId subscriber = at.connect("slow");
        at.peers.send(subscriber, as_byte_view(std::string("\x82\x06\0\x01\0\x01t\x01", 8)));  // SUBSCRIBE t, QoS 1
        at.rounds_until([&] { return at.peers.texts[subscriber].size() == 5; });
        at.peers.streams.set_reading(subscriber, false);
        const StreamId publisher = at.connect("busy");
        const std::string payload(1'000'000, 'p');
        for (unsigned n = 1; n <= 20; ++n) {
            mqtt::Publish publish;
            publish.topic = "t";
            publish.qos = mqtt::QoS::at_least_once;
            publish.packet_id = mqtt::PacketId{static_cast<std::uint16_t>(n)};
            publish.payload = as_byte_view(payload);
            at.peers.send(publisher, at.packet_of(publish));
        }
        at.rounds_until([&] { return at.peers.texts[publisher].size() == 20 * 4; });  // PUBACKs
        at.peers.streams.set_reading(subscriber, true);
        at.rounds_until([&] { return at.peers.texts[subscriber].size() >= 5 + 20 * payload.size(); });
        CHECK(at.core.counters().publish_sent == 20);
    }
}

TEST_CASE("server: a malformed packet costs its own connection and nobody else's") {
    for (const unsigned io_threads : either_way) {
        CAPTURE(io_threads);
        ServerFixture at(io_threads);
        const StreamId good = at.connect("good");
        std::size_t refused = 0;
        for (const test::PacketSample& sample : test::malformed_packets()) {
            const StreamId bad = at.peers.open(at.url);
            if (sample.notation.substr(0, 1) != "1") at.peers.send(bad, at.packet_of(at.connect_packet("bad")));
            at.peers.send(bad, sample.octets());
            at.peers.send(bad,
                          as_byte_view("\xff\xff\xff\xff\xff"));  // for those that are incomplete: no Remaining Length
            at.rounds_until([&] { return at.peers.ends.contains(bad); });
            ++refused;
        }
        CHECK(refused > 10);
        CHECK(at.core.counters().protocol_errors > 10);
        at.peers.send(good, as_byte_view(std::string("\xc0\0", 2)));  // PINGREQ
        at.rounds_until([&] { return at.peers.texts[good] == std::string("\xd0\0", 2); });
        CHECK(at.core.connection_count() == 1);
    }
}

TEST_CASE("server: a connection that is gone is told to the core") {
    for (const unsigned io_threads : either_way) {
        CAPTURE(io_threads);
        ServerFixture at(io_threads);
        const StreamId polite = at.connect("polite");
        const StreamId rude = at.connect("rude");
        CHECK(at.core.connection_count() == 2);
        at.peers.send(polite, as_byte_view(std::string("\xe0\0", 2)));  // DISCONNECT
        at.peers.streams.abort(rude);
        at.rounds_until([&] { return at.core.connection_count() == 0 && at.peers.ends.contains(polite); });
        CHECK(at.peers.ends.at(polite).cause == StreamEnd::Cause::peer_closed);
    }
}

TEST_CASE("server: a stop closes listeners and clients, and ends by itself") {
    for (const unsigned io_threads : either_way) {
        CAPTURE(io_threads);
        ServerFixture at(io_threads);
        const StreamId client = at.connect("client");
        at.loop.request_stop();
        CHECK(at.server.run());
        CHECK(at.core.connection_count() == 0);
        CHECK(at.server.bound().empty());
        test::run_until(at.loop, [&] { return at.peers.ends.contains(client); });
    }
}

TEST_CASE_FIXTURE(ServerFixture, "server: an address in use is refused, the other listener goes on") {
    CHECK_THROWS_AS(server.listen(url), runtime::StartError);
    connect("client");
}

}  // namespace trunkline::broker
