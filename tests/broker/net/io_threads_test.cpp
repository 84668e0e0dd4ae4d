// The same server with threads for its sockets: what is told and what is sent changes threads, and nothing else.
#include <doctest/doctest.h>

#include <string>

#include "tests/broker/net/server_fixture.hpp"
#include "tests/support/packet_samples.hpp"

namespace trunkline::broker {

struct ThreadedFixture : ServerFixture {
    ThreadedFixture() : ServerFixture(3) {}
};

TEST_CASE_FIXTURE(ThreadedFixture, "io threads: many clients' messages come whole and in order") {
    const StreamId subscriber = connect("scada");
    peers.send(subscriber, as_byte_view(std::string("\x82\x06\0\x01\0\x01#\x01", 8)));  // SUBSCRIBE #, QoS 1
    rounds_until([&] { return peers.texts[subscriber].size() == 5; });
    constexpr std::uint16_t each = 100;
    std::vector<StreamId> publishers;
    for (int number = 0; number < 20; ++number) publishers.push_back(connect("sensor" + std::to_string(number)));
    for (std::uint16_t packet_id = 1; packet_id <= each; ++packet_id) {
        for (const StreamId publisher : publishers) {
            mqtt::Publish publish;
            publish.topic = "t";
            publish.qos = mqtt::QoS::at_least_once;
            publish.packet_id = mqtt::PacketId{packet_id};
            publish.payload = as_byte_view("hi");
            peers.send(publisher, packet_of(publish));
        }
    }
    rounds_until([&] {
        for (const StreamId publisher : publishers) {
            if (peers.texts[publisher].size() != each * 4U) return false;  // PUBACKs
        }
        return true;
    });
    for (const StreamId publisher : publishers) {
        for (std::uint16_t packet_id = 1; packet_id <= each; ++packet_id) {
            const std::string expected{"\x40\x02\0", 3};
            CHECK(peers.texts[publisher].substr((packet_id - 1U) * 4, 3) == expected);
            CHECK(peers.texts[publisher][(packet_id - 1U) * 4 + 3] == static_cast<char>(packet_id));
        }
    }
    CHECK(core.counters().publish_received == 20 * each);
}

TEST_CASE_FIXTURE(ThreadedFixture, "io threads: more than the socket takes reaches a slow receiver whole") {
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

TEST_CASE_FIXTURE(ThreadedFixture, "io threads: a malformed packet costs its own connection and nobody else's") {
    const StreamId good = connect("good");
    for (const test::PacketSample& sample : test::malformed_packets()) {
        const StreamId bad = peers.open(url);
        if (sample.notation.substr(0, 1) != "1") peers.send(bad, packet_of(connect_packet("bad")));
        peers.send(bad, sample.octets());
        peers.send(bad, as_byte_view("\xff\xff\xff\xff\xff"));  // for those that are incomplete: no Remaining Length
        rounds_until([&] { return peers.ends.contains(bad); });
    }
    CHECK(core.counters().protocol_errors > 10);
    peers.send(good, as_byte_view(std::string("\xc0\0", 2)));  // PINGREQ
    rounds_until([&] { return peers.texts[good] == std::string("\xd0\0", 2); });
    rounds_until([&] { return core.connection_count() == 1; });
}

TEST_CASE_FIXTURE(ThreadedFixture, "io threads: connections that are gone are told to the core") {
    const StreamId polite = connect("polite");
    const StreamId rude = connect("rude");
    CHECK(core.connection_count() == 2);
    peers.send(polite, as_byte_view(std::string("\xe0\0", 2)));  // DISCONNECT
    peers.streams.abort(rude);
    rounds_until([&] { return core.connection_count() == 0 && peers.ends.contains(polite); });
    CHECK(peers.ends.at(polite).cause == StreamEnd::Cause::peer_closed);
}

TEST_CASE_FIXTURE(ThreadedFixture, "io threads: a stop closes listeners and clients, and ends by itself") {
    std::vector<StreamId> clients;
    for (int number = 0; number < 10; ++number) clients.push_back(connect("client" + std::to_string(number)));
    loop.request_stop();
    CHECK(server.run());
    CHECK(server.bound().empty());
    for (const StreamId client : clients) trunkline::test::run_until(loop, [&] { return peers.ends.contains(client); });
    const StreamId late = peers.open(url);
    trunkline::test::run_until(loop, [&] { return peers.ends.contains(late); });
    CHECK(peers.ends.at(late).cause == StreamEnd::Cause::not_connected);
}

}  // namespace trunkline::broker
