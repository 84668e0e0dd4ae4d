#include "gateway/core/downlink.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using namespace std::chrono_literals;
using Added = Downlink::Added;
using Step = Downlink::Step;

namespace {

mqtt::ClientMessage message(std::string topic, mqtt::QoS qos, std::uint16_t packet_id = 0, bool dup = false) {
    return {.topic = std::move(topic),
            .payload = {},
            .qos = qos,
            .dup = dup,
            .packet_id = mqtt::PacketId{packet_id},
            .properties = {}};
}
constexpr auto qos0 = mqtt::QoS::at_most_once;
constexpr auto qos1 = mqtt::QoS::at_least_once;

std::string drained(Downlink& downlink) {
    std::string topics;
    while (!downlink.empty()) topics += downlink.take_first().topic;
    return topics;
}

}  // namespace

TEST_CASE("a full queue drops its oldest QoS 0 message for a new one, and without any the new one") {
    Downlink downlink;
    CHECK(downlink.add(message("a", qos1, 1), 3) == Added::queued);
    CHECK(downlink.add(message("b", qos0), 3) == Added::queued);
    CHECK(downlink.add(message("c", qos0), 3) == Added::queued);
    CHECK(downlink.add(message("d", qos1, 2), 3) == Added::displaced_another);  // for b
    CHECK(downlink.add(message("e", qos0), 3) == Added::displaced_another);     // for c
    CHECK(downlink.add(message("f", qos1, 3), 3) == Added::displaced_another);  // for e
    CHECK(downlink.add(message("g", qos0), 3) == Added::dropped);
    CHECK(downlink.add(message("h", qos1, 4), 3) == Added::dropped);
    CHECK(drained(downlink) == "adf");
}

TEST_CASE("the message whose exchange is running is not dropped for a new one") {
    Downlink downlink;
    downlink.add(message("a", qos0), 1);
    downlink.begin(Step::registering, {{}, mqttsn::TopicId{1}}, {}, Instant{});
    CHECK(downlink.add(message("b", qos1, 1), 1) == Added::dropped);
    CHECK(downlink.running().topic == "a");
}

TEST_CASE("MQTT-SN 1.2 §6.6: one exchange at a time, each with a MsgId of its own, never zero") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), 3);
    CHECK(downlink.next() != nullptr);
    for (unsigned round = 0; round < 0x10000; ++round) {
        const auto msg_id = downlink.begin(Step::publishing, {{}, mqttsn::TopicId{1}}, {}, Instant{});
        REQUIRE(msg_id != mqttsn::MsgId{});
        REQUIRE(downlink.next() == nullptr);
        REQUIRE(downlink.awaits(Step::publishing, msg_id));
        REQUIRE(!downlink.awaits(Step::registering, msg_id));
        downlink.step_back();
        REQUIRE(!downlink.awaits(Step::publishing, msg_id));
    }
}

TEST_CASE("what the broker will send again after a lost connection goes, what it will not stays") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), 9);
    downlink.add(message("b", qos0), 9);
    downlink.add(message("c", qos1, 2), 9);
    downlink.upstream_lost();
    CHECK(downlink.size() == 3);
    downlink.session_resumed();
    downlink.add(message("d", qos1, 3), 9);
    CHECK(drained(downlink) == "bd");
}

TEST_CASE("a message on its way to the sensor when the connection was lost is joined by its repetition") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), 9);
    downlink.begin(Step::publishing, {{}, mqttsn::TopicId{1}}, {}, Instant{});
    downlink.upstream_lost();
    downlink.session_resumed();
    CHECK(downlink.running().is_of_lost_connection);
    CHECK(downlink.add(message("a", qos1, 1, true), 9) == Added::repeated);
    CHECK(!downlink.running().is_of_lost_connection);
    CHECK(downlink.size() == 1);
}

TEST_CASE("a pause holds the first message back until it is over") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), 9);
    downlink.begin(Step::publishing, {{}, mqttsn::TopicId{1}}, {}, Instant{});
    downlink.pause(Instant{} + 5min);
    CHECK(downlink.next() == nullptr);
    CHECK(downlink.next_deadline() == Instant{} + 5min);
    downlink.advance(Instant{} + 5min - 1ns);
    CHECK(downlink.next() == nullptr);
    downlink.advance(Instant{} + 5min);
    CHECK(downlink.next() != nullptr);
    CHECK(!downlink.next_deadline());
}

}  // namespace trunkline::gateway
