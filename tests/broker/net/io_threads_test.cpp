// Threads for sockets, many clients at once; what else a server does with them: server_test.cpp.
#include <doctest/doctest.h>

#include <string>

#include "tests/broker/net/server_fixture.hpp"

namespace trunkline::broker {

TEST_CASE("io threads: many clients' messages come whole and in order") {
    ServerFixture at(3);
    const StreamId subscriber = at.connect("scada");
    at.peers.send(subscriber, as_byte_view(std::string("\x82\x06\0\x01\0\x01#\x01", 8)));  // SUBSCRIBE #, QoS 1
    at.rounds_until([&] { return at.peers.texts[subscriber].size() == 5; });
    constexpr std::uint16_t each = 100;
    std::vector<StreamId> publishers;
    for (int number = 0; number < 20; ++number) publishers.push_back(at.connect("sensor" + std::to_string(number)));
    for (std::uint16_t packet_id = 1; packet_id <= each; ++packet_id) {
        for (const StreamId publisher : publishers) {
            mqtt::Publish publish;
            publish.topic = "t";
            publish.qos = mqtt::QoS::at_least_once;
            publish.packet_id = mqtt::PacketId{packet_id};
            publish.payload = as_byte_view("hi");
            at.peers.send(publisher, at.packet_of(publish));
        }
    }
    at.rounds_until([&] {
        for (const StreamId publisher : publishers) {
            if (at.peers.texts[publisher].size() != each * 4U) return false;  // PUBACKs
        }
        return true;
    });
    for (const StreamId publisher : publishers) {
        for (std::uint16_t packet_id = 1; packet_id <= each; ++packet_id) {
            const std::string expected{"\x40\x02\0", 3};
            CHECK(at.peers.texts[publisher].substr((packet_id - 1U) * 4, 3) == expected);
            CHECK(at.peers.texts[publisher][(packet_id - 1U) * 4 + 3] == static_cast<char>(packet_id));
        }
    }
    CHECK(at.core.counters().publish_received == 20 * each);
}

}  // namespace trunkline::broker
