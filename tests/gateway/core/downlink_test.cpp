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
/// So many messages, whatever their size.
Downlink::Limits upto(std::size_t messages) { return {messages, messages, 1'000'000, DownlinkPolicy::drop_oldest}; }
constexpr Downlink::Addition made_room{Added::queued, 1};  // for another one
constexpr auto qos0 = mqtt::QoS::at_most_once;
constexpr auto qos1 = mqtt::QoS::at_least_once;
constexpr auto qos2 = mqtt::QoS::exactly_once;

std::string drained(Downlink& downlink) {
    std::string topics;
    while (!downlink.empty()) topics += downlink.take_first().topic;
    return topics;
}

}  // namespace

TEST_CASE("a full queue drops its oldest QoS 0 message for a new one, and without any the new one") {
    Downlink downlink;
    CHECK(downlink.add(message("a", qos1, 1), upto(3)).added == Added::queued);
    CHECK(downlink.add(message("b", qos0), upto(3)).added == Added::queued);
    CHECK(downlink.add(message("c", qos0), upto(3)).added == Added::queued);
    CHECK(downlink.add(message("d", qos1, 2), upto(3)) == made_room);  // for b
    CHECK(downlink.add(message("e", qos0), upto(3)) == made_room);     // for c
    CHECK(downlink.add(message("f", qos1, 3), upto(3)) == made_room);  // for e
    CHECK(downlink.add(message("g", qos0), upto(3)).added == Added::dropped);
    CHECK(downlink.add(message("h", qos1, 4), upto(3)).added == Added::left_with_broker);
    CHECK(drained(downlink) == "adf");
}

TEST_CASE("MQTT-SN 1.2 §6.14-11: what waits is bounded in octets, of topics and payloads; one message always fits") {
    const Downlink::Limits ten{100, 100, 10, DownlinkPolicy::drop_oldest};
    Downlink downlink;
    CHECK(downlink.add(message("twelve chars", qos0), ten).added == Added::queued);
    CHECK(downlink.octets() == 12);
    CHECK(downlink.add(message("12345", qos0), ten) == made_room);
    CHECK(downlink.add(message("67890", qos1, 1), ten).added == Added::queued);
    CHECK(downlink.octets() == 10);
    CHECK(downlink.add(message("a", qos0), ten) == made_room);
    CHECK(downlink.add(message("bcdef", qos0), ten) == made_room);
    CHECK(downlink.add(message("eleven char", qos0), ten).added == Added::dropped);  // and nothing gives way
    CHECK(drained(downlink) == "67890bcdef");
    CHECK(downlink.octets() == 0);
    // Several that are small may give way to one.
    for (const char* small : {"1", "2", "3", "4", "5"}) downlink.add(message(small, qos0), ten);
    CHECK(downlink.add(message("12345678", qos1, 2), ten) == Downlink::Addition{Added::queued, 3});
    CHECK(drained(downlink) == "4512345678");
}

TEST_CASE("MQTT-SN 1.2 §6.14-11: drop-newest keeps what waits, refuse takes nothing more, whatever its QoS") {
    const Downlink::Limits newest{2, 2, 1'000, DownlinkPolicy::drop_newest};
    Downlink downlink;
    downlink.add(message("a", qos0), newest);
    downlink.add(message("b", qos1, 1), newest);
    CHECK(downlink.add(message("c", qos0), newest).added == Added::dropped);
    CHECK(downlink.add(message("d", qos1, 2), newest).added == Added::left_with_broker);
    CHECK(drained(downlink) == "ab");

    const Downlink::Limits refusing{2, 2, 1'000, DownlinkPolicy::refuse};
    Downlink strict;
    strict.add(message("a", qos0), refusing);
    strict.add(message("b", qos1, 1), refusing);
    for (const auto qos : {qos0, qos1, qos2}) CHECK(strict.add(message("c", qos, 2), refusing).added == Added::refused);
    CHECK(!strict.has_left_some());
    CHECK(drained(strict) == "ab");
}

TEST_CASE("a broker that sends more than it was told may fill its own share, not that of QoS 0") {
    const Downlink::Limits limits{1, 3, 1'000, DownlinkPolicy::drop_newest};
    Downlink downlink;
    downlink.add(message("a", qos1, 1), limits);
    CHECK(downlink.add(message("b", qos0), limits).added == Added::dropped);
    CHECK(downlink.add(message("c", qos1, 2), limits).added == Added::queued);
    CHECK(downlink.add(message("d", qos2, 3), limits).added == Added::queued);
    CHECK(downlink.add(message("e", qos1, 4), limits).added == Added::left_with_broker);
    CHECK(drained(downlink) == "acd");
}

TEST_CASE("a message that was left with the broker has those behind it left, too, until its next connection") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), upto(1));
    CHECK(!downlink.has_left_some());
    CHECK(downlink.add(message("b", qos1, 2), upto(1)).added == Added::left_with_broker);
    CHECK(downlink.has_left_some());
    CHECK(drained(downlink) == "a");
    CHECK(downlink.add(message("c", qos2, 3), upto(1)).added == Added::left_with_broker);
    CHECK(downlink.add(message("d", qos0), upto(1)).added == Added::queued);  // nobody repeats it
    downlink.upstream_lost();
    CHECK(!downlink.has_left_some());
    downlink.session_resumed();
    CHECK(drained(downlink) == "d");
    CHECK(downlink.add(message("b", qos1, 2, true), upto(1)).added == Added::queued);
}

TEST_CASE("the message whose exchange is running is not dropped for a new one") {
    Downlink downlink;
    downlink.add(message("a", qos0), upto(1));
    downlink.begin(Step::registering, {{}, mqttsn::TopicId{1}}, {}, Instant{});
    CHECK(downlink.add(message("b", qos1, 1), upto(1)).added == Added::left_with_broker);
    CHECK(downlink.running().topic == "a");
}

TEST_CASE("MQTT-SN 1.2 §6.6-7, §5.3.7-1: one exchange at a time, each with a MsgId of its own, never zero") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), upto(3));
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
    downlink.add(message("a", qos1, 1), upto(9));
    downlink.add(message("b", qos0), upto(9));
    downlink.add(message("c", qos1, 2), upto(9));
    downlink.upstream_lost();
    CHECK(downlink.size() == 3);
    downlink.session_resumed();
    downlink.add(message("d", qos1, 3), upto(9));
    CHECK(drained(downlink) == "bd");
}

TEST_CASE("a message on its way to the sensor when the connection was lost is joined by its repetition") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), upto(9));
    downlink.begin(Step::publishing, {{}, mqttsn::TopicId{1}}, {}, Instant{});
    downlink.upstream_lost();
    downlink.session_resumed();
    CHECK(downlink.running().is_of_lost_connection);
    CHECK(downlink.add(message("a", qos1, 1, true), upto(9)).added == Added::repeated);
    CHECK(!downlink.running().is_of_lost_connection);
    CHECK(downlink.size() == 1);
}

TEST_CASE("a QoS 2 message that was sent keeps its MsgId, whatever ends its exchange") {
    Downlink downlink;
    downlink.add(message("a", qos2, 1), upto(9));
    downlink.add(message("b", qos2, 2), upto(9));
    CHECK(downlink.begin(Step::registering, {}, {}, Instant{}) == mqttsn::MsgId{1});
    downlink.step_back();
    CHECK(downlink.claim_msg_id());
    CHECK(downlink.begin(Step::publishing, {}, {}, Instant{}) == mqttsn::MsgId{2});
    downlink.step_back();
    CHECK(!downlink.claim_msg_id());
    CHECK(downlink.begin(Step::registering, {}, {}, Instant{}) == mqttsn::MsgId{3});
    downlink.step_back();
    CHECK(downlink.begin(Step::publishing, {}, {}, Instant{}) == mqttsn::MsgId{2});
    downlink.running().is_received = true;
    downlink.sensor_lost();
    CHECK(downlink.empty());
    CHECK(downlink.add(message("a", qos2, 1, true), upto(9)).added == Added::queued);
    CHECK(downlink.next()->is_received);
    CHECK(downlink.begin(Step::releasing, {}, {}, Instant{}) == mqttsn::MsgId{2});
    downlink.take_first();
    downlink.add(message("b", qos2, 2), upto(9));
    downlink.claim_msg_id();
    CHECK(downlink.begin(Step::publishing, {}, {}, Instant{}) == mqttsn::MsgId{4});
}

TEST_CASE("[MQTT-3.3.1-1] without DUP a held identifier is another message's") {
    Downlink downlink;
    downlink.hold({mqtt::PacketId{1}, mqttsn::MsgId{7}, true});
    downlink.add(message("a", qos2, 1), upto(9));
    CHECK(downlink.next()->msg_id == mqttsn::MsgId{});
    CHECK(downlink.session_lost().empty());
}

TEST_CASE("a message that has come again and has to come once more finds its exchange then, too") {
    Downlink downlink;
    downlink.add(message("first", qos1, 1), upto(9));
    downlink.hold({mqtt::PacketId{2}, mqttsn::MsgId{7}, false});
    downlink.add(message("a", qos2, 2, true), upto(9));
    downlink.upstream_lost();
    downlink.session_resumed();
    CHECK(downlink.empty());
    downlink.add(message("a", qos2, 2, true), upto(9));
    CHECK(downlink.next()->msg_id == mqttsn::MsgId{7});
}

TEST_CASE("with the broker's session go the identifiers of what is still here") {
    Downlink downlink;
    downlink.add(message("a", qos2, 1), upto(9));
    downlink.claim_msg_id();
    downlink.begin(Step::publishing, {}, {}, Instant{});
    downlink.hold({mqtt::PacketId{5}, mqttsn::MsgId{9}, true});
    downlink.upstream_lost();
    CHECK(downlink.session_lost() == std::vector{mqtt::PacketId{5}, mqtt::PacketId{1}});
    CHECK(downlink.running().packet_id == mqtt::PacketId{});
    CHECK(downlink.add(message("b", qos2, 1), upto(9)).added == Added::queued);  // another message
}

TEST_CASE("MsgIds begin anew after the last one, and leave out those that are taken") {
    Downlink downlink;
    downlink.start_after(mqttsn::MsgId{0xfffe});
    downlink.hold({mqtt::PacketId{5}, mqttsn::MsgId{1}, false});
    downlink.add(message("a", qos2, 1), upto(9));
    CHECK(downlink.begin(Step::registering, {}, {}, Instant{}) == mqttsn::MsgId{0xffff});
    downlink.step_back();
    CHECK(downlink.begin(Step::registering, {}, {}, Instant{}) == mqttsn::MsgId{2});
}

TEST_CASE("a pause holds the first message back until it is over") {
    Downlink downlink;
    downlink.add(message("a", qos1, 1), upto(9));
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
