#include "gateway/core/uplink_inbox.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqttsn::MsgId;

namespace {

mqttsn::Publish arrived(std::uint16_t msg_id, std::string_view data = "17.2") {
    return {.qos = mqttsn::QoS::exactly_once,
            .topic_id = mqttsn::TopicId{1},
            .msg_id = MsgId{msg_id},
            .data = as_byte_view(data)};
}

constexpr Instant instant_zero{};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.6-9: a MsgId is one message from PUBLISH to PUBREL, and for its quarantine") {
    UplinkInbox inbox;
    CHECK(inbox.find(arrived(7), instant_zero) == nullptr);
    inbox.add(arrived(7), PacketId{1});
    CHECK(!inbox.find(arrived(7), instant_zero)->is_answered());
    CHECK(inbox.under_way() == 1);
    CHECK(inbox.complete(PacketId{1}, {}, false)->msg_id == MsgId{7});
    CHECK(!inbox.complete(PacketId{1}, {}, false));
    CHECK(inbox.find(arrived(7), instant_zero)->is_answered());
    CHECK(inbox.under_way() == 0);
    inbox.find(MsgId{7})->forget_at = instant_zero + 20s;
    CHECK(inbox.forget_old(instant_zero + 20s - 1ns).empty());
    CHECK(inbox.find(arrived(7), instant_zero + 20s - 1ns) != nullptr);
    CHECK(inbox.find(arrived(7), instant_zero + 20s) == nullptr);
    CHECK(inbox.forget_old(instant_zero + 20s) == std::vector{MsgId{7}});
    CHECK(inbox.size() == 0);
}

TEST_CASE("another content under the same MsgId is a new message") {
    UplinkInbox inbox;
    inbox.add(arrived(7), PacketId{1});
    inbox.complete(PacketId{1}, {}, false);
    CHECK(inbox.find(arrived(7, "17.3"), instant_zero) == nullptr);
    inbox.add(arrived(7, "17.3"), PacketId{2});
    CHECK(inbox.find(arrived(7, "17.3"), instant_zero) != nullptr);
    CHECK(inbox.find(arrived(7), instant_zero) == nullptr);
}

TEST_CASE("what the broker refuses is forgotten") {
    UplinkInbox inbox;
    inbox.add(arrived(7), PacketId{1});
    CHECK(inbox.complete(PacketId{1}, {}, true)->msg_id == MsgId{7});
    CHECK(inbox.find(arrived(7), instant_zero) == nullptr);
}

TEST_CASE("a stored message is told from another one with its packet identifier by its number") {
    UplinkInbox inbox;
    inbox.add(arrived(7), PacketId{0x8001}, UplinkNumber{1});
    inbox.add(arrived(8), PacketId{0x8001}, UplinkNumber{0x8001});
    CHECK(inbox.complete(PacketId{0x8001}, UplinkNumber{0x8001}, false)->msg_id == MsgId{8});
    CHECK(inbox.under_way() == 1);
}

TEST_CASE("a message that is stored still is under way again after a restart, and promised for all that is known") {
    UplinkInbox inbox;
    inbox.add(UplinkInbox::Exchange{.msg_id = MsgId{7}, .number = UplinkNumber{4}, .is_completed = true});
    inbox.reopen(UplinkNumber{4}, PacketId{0x8004});
    inbox.reopen(UplinkNumber{5}, PacketId{0x8005});
    CHECK(inbox.under_way() == 1);
    CHECK(inbox.find(MsgId{7})->is_answered());
}

TEST_CASE("a sensor that never says PUBREL is remembered within bounds, and what is on its way in any case") {
    UplinkInbox inbox;
    inbox.add(arrived(1), PacketId{1});
    for (std::uint16_t id = 2; id <= UplinkInbox::completed_limit + 2; ++id) {
        inbox.add(arrived(id), PacketId{id});
        inbox.complete(PacketId{id}, {}, false);
    }
    CHECK(inbox.forget_old(instant_zero) == std::vector{MsgId{2}});
    CHECK(inbox.find(arrived(1), instant_zero) != nullptr);
    CHECK(inbox.find(arrived(3), instant_zero) != nullptr);
}

}  // namespace trunkline::gateway
