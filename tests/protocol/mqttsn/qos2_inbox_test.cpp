#include "protocol/mqttsn/qos2_inbox.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::mqttsn;
using namespace std::chrono_literals;
using Arrival = Qos2Inbox::Arrival;

TEST_CASE("MQTT-SN 1.2 §6.6-9: a MsgId is the same message from its first PUBLISH to the end of its quarantine") {
    const Instant start{};
    Qos2Inbox inbox;
    CHECK(inbox.arrived(MsgId{1}, start) == Arrival::first);
    CHECK(inbox.arrived(MsgId{2}, start) == Arrival::first);
    CHECK(inbox.arrived(MsgId{1}, start + 1h) == Arrival::again);  // without PUBREL it never ends
    inbox.released(MsgId{1}, start + 10s);
    inbox.released(MsgId{1}, start + 99s);  // PUBREL once more
    CHECK(inbox.arrived(MsgId{1}, start + 10s - 1ns) == Arrival::again);
    CHECK(inbox.arrived(MsgId{1}, start + 10s) == Arrival::first);
    CHECK(inbox.arrived(MsgId{2}, start + 10s) == Arrival::again);
}

TEST_CASE("MQTT-SN 1.2 §6.6: PUBREL of an unknown MsgId leaves no trace") {
    Qos2Inbox inbox;
    inbox.released(MsgId{1}, Instant{} + 10s);
    CHECK(inbox.size() == 0);
    CHECK(inbox.arrived(MsgId{1}, Instant{}) == Arrival::first);
}

TEST_CASE("MQTT-SN 1.2 §6.6: as many exchanges as fit may be open; the oldest released makes room first") {
    const Instant now{};
    Qos2Inbox inbox;
    for (std::uint16_t n = 1; n <= Qos2Inbox::limit; ++n) REQUIRE(inbox.arrived(MsgId{n}, now) == Arrival::first);
    CHECK(inbox.arrived(MsgId{100}, now) == Arrival::no_room);
    inbox.released(MsgId{3}, now + 10s);
    inbox.released(MsgId{5}, now + 10s);
    CHECK(inbox.arrived(MsgId{100}, now) == Arrival::first);  // in the place of 3
    CHECK(inbox.arrived(MsgId{5}, now) == Arrival::again);
    CHECK(inbox.arrived(MsgId{3}, now) == Arrival::first);  // in the place of 5
    CHECK(inbox.arrived(MsgId{101}, now) == Arrival::no_room);
    inbox.clear();
    CHECK(inbox.arrived(MsgId{1}, now) == Arrival::first);
}
