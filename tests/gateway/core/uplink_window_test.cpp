#include "gateway/core/uplink_window.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

namespace {

mqttsn::Publish sn_publish(std::uint16_t msg_id, std::string_view data) {
    return {.qos = mqttsn::QoS::at_least_once,
            .topic_id = mqttsn::TopicId{5},
            .msg_id = mqttsn::MsgId{msg_id},
            .data = as_byte_view(data)};
}

}  // namespace

TEST_CASE("a message under way is recognised by MsgId and content, with DUP or without") {
    UplinkWindow window;
    window.add(sn_publish(7, "17.2"), mqtt::PacketId{1}, {});
    auto again = sn_publish(7, "17.2");
    CHECK(window.contains(again));
    again.dup = true;
    CHECK(window.contains(again));
    CHECK(!window.contains(sn_publish(8, "17.2")));
    CHECK(!window.contains(sn_publish(7, "17.3")));
    auto elsewhere = sn_publish(7, "17.2");
    elsewhere.topic_id = mqttsn::TopicId{6};
    CHECK(!window.contains(elsewhere));
    auto retained = sn_publish(7, "17.2");
    retained.retain = true;
    CHECK(!window.contains(retained));
}

TEST_CASE("an acknowledgement ends its exchange once") {
    UplinkWindow window;
    window.add(sn_publish(7, "a"), mqtt::PacketId{1}, {});
    window.add(sn_publish(8, "b"), mqtt::PacketId{2}, {});
    const auto exchange = window.take(mqtt::PacketId{2});
    REQUIRE(exchange);
    CHECK(exchange->msg_id == mqttsn::MsgId{8});
    CHECK(exchange->topic_id == mqttsn::TopicId{5});
    CHECK(!window.take(mqtt::PacketId{2}));
    CHECK(window.size() == 1);
}

TEST_CASE("a MsgId used for something new answers for the new message only") {
    UplinkWindow window;
    window.add(sn_publish(7, "old"), mqtt::PacketId{1}, {});
    window.add(sn_publish(7, "new"), mqtt::PacketId{2}, {});
    CHECK(window.size() == 1);
    CHECK(!window.contains(sn_publish(7, "old")));
    CHECK(!window.take(mqtt::PacketId{1}));
    CHECK(window.take(mqtt::PacketId{2}));
}

}  // namespace trunkline::gateway
