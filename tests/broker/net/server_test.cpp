#include "broker/net/server.hpp"

#include <doctest/doctest.h>

#include <string>

#include "runtime/transport/start_error.hpp"
#include "tests/broker/net/server_fixture.hpp"
#include "tests/support/packet_samples.hpp"

namespace trunkline::broker {

using runtime::StreamEnd;
using runtime::StreamId;

TEST_CASE_FIXTURE(ServerFixture, "server: a message goes from one socket to another") {
    const StreamId subscriber = connect("scada");
    peers.send(subscriber, as_byte_view(std::string("\x82\x06\0\x01\0\x01t\x00", 8)));  // SUBSCRIBE t, QoS 0
    rounds_until([&] { return peers.texts[subscriber].size() == 5; });
    const StreamId publisher = connect("sensor");
    peers.send(publisher, as_byte_view(std::string("\x30\x05\0\x01thi", 7)));  // PUBLISH t "hi"
    rounds_until([&] { return peers.texts[subscriber].size() == 12; });
    CHECK(peers.texts[subscriber].substr(5) == std::string("\x30\x05\0\x01thi", 7));
}

TEST_CASE_FIXTURE(ServerFixture, "server: more than the socket takes reaches a slow receiver whole") {
    const StreamId subscriber = connect("slow");
    peers.send(subscriber, as_byte_view(std::string("\x82\x06\0\x01\0\x01t\x01", 8)));  // SUBSCRIBE t, QoS 1
    rounds_until([&] { return peers.texts[subscriber].size() == 5; });
    peers.streams.set_reading(subscriber, false);
    const StreamId publisher = connect("busy");
    const std::string payload(1'000'000, 'p');
    for (unsigned n = 1; n <= 20; ++n) {
        mqtt::Publish publish;
        publish.topic = "t";
        publish.qos = mqtt::QoS::at_least_once;
        publish.packet_id = mqtt::PacketId{static_cast<std::uint16_t>(n)};
        publish.payload = as_byte_view(payload);
        peers.send(publisher, packet_of(publish));
    }
    rounds_until([&] { return peers.texts[publisher].size() == 20 * 4; });  // PUBACKs
    peers.streams.set_reading(subscriber, true);
    rounds_until([&] { return peers.texts[subscriber].size() >= 5 + 20 * payload.size(); });
    CHECK(core.counters().publish_sent == 20);
}

TEST_CASE_FIXTURE(ServerFixture, "server: a malformed packet costs its own connection and nobody else's") {
    const StreamId good = connect("good");
    std::size_t refused = 0;
    for (const test::PacketSample& sample : test::malformed_packets()) {
        const StreamId bad = peers.open(url);
        if (sample.notation.substr(0, 1) != "1") peers.send(bad, packet_of(connect_packet("bad")));
        peers.send(bad, sample.octets());
        peers.send(bad, as_byte_view("\xff\xff\xff\xff\xff"));  // for those that are incomplete: no Remaining Length
        rounds_until([&] { return peers.ends.contains(bad); });
        ++refused;
    }
    CHECK(refused > 10);
    CHECK(core.counters().protocol_errors > 10);
    peers.send(good, as_byte_view(std::string("\xc0\0", 2)));  // PINGREQ
    rounds_until([&] { return peers.texts[good] == std::string("\xd0\0", 2); });
    CHECK(core.connection_count() == 1);
}

TEST_CASE_FIXTURE(ServerFixture, "server: a connection that is gone is told to the core") {
    const StreamId polite = connect("polite");
    const StreamId rude = connect("rude");
    CHECK(core.connection_count() == 2);
    peers.send(polite, as_byte_view(std::string("\xe0\0", 2)));  // DISCONNECT
    peers.streams.abort(rude);
    rounds_until([&] { return core.connection_count() == 0 && peers.ends.contains(polite); });
    CHECK(peers.ends.at(polite).cause == StreamEnd::Cause::peer_closed);
}

TEST_CASE_FIXTURE(ServerFixture, "server: a stop closes listeners and clients, and ends by itself") {
    const StreamId client = connect("client");
    loop.request_stop();
    CHECK(server.run());
    CHECK(core.connection_count() == 0);
    CHECK(server.bound().empty());
    test::run_until(loop, [&] { return peers.ends.contains(client); });
}

TEST_CASE_FIXTURE(ServerFixture, "server: an address in use is refused, the other listener goes on") {
    CHECK_THROWS_AS(server.listen(url), runtime::StartError);
    connect("client");
}

}  // namespace trunkline::broker
