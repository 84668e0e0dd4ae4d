#include "protocol/mqtt/outbound_window.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace trunkline::mqtt;

namespace {

using Stage = OutboundWindow::Stage;

OutboundWindow window_of(std::initializer_list<std::uint16_t> packet_ids) {
    OutboundWindow window;
    for (const std::uint16_t id : packet_ids) {
        window.add({.packet_id = PacketId{id}, .qos = QoS::exactly_once, .topic = "a"});
    }
    return window;
}

void send_all(OutboundWindow& window) {
    while (window.next() != nullptr) window.next_was_sent();
}

}  // namespace

TEST_CASE("[MQTT-4.6.0-1] messages leave in the order of add(), on every connection anew") {
    OutboundWindow window = window_of({5, 3, 4});
    CHECK(window.next()->packet_id == PacketId{5});
    window.next_was_sent();
    CHECK(window.on_the_way() == 1);
    CHECK(window.find(PacketId{5})->stage == Stage::sent);
    CHECK(window.next()->packet_id == PacketId{3});
    CHECK(!window.next()->was_sent);
    window.connection_started();
    CHECK(window.on_the_way() == 0);
    for (const PacketId id : {PacketId{5}, PacketId{3}, PacketId{4}}) {
        CHECK(window.next()->packet_id == id);
        CHECK(window.next()->was_sent == (id == PacketId{5}));
        window.next_was_sent();
    }
    CHECK(window.next() == nullptr);
}

TEST_CASE("a received message keeps its identifier and gives up what it carried") {
    OutboundWindow window = window_of({1, 2});
    send_all(window);
    window.receive(PacketId{2}, ReasonCode::no_matching_subscribers);
    window.receive(PacketId{1}, ReasonCode::success);
    CHECK(window.released().front().packet_id == PacketId{2});
    CHECK(window.find(PacketId{2})->topic.empty());
    CHECK(window.find(PacketId{2})->received_as == ReasonCode::no_matching_subscribers);
    CHECK(window.on_the_way() == 2);
    window.connection_started();
    CHECK(window.next() == nullptr);
    window.release(PacketId{2});
    CHECK(window.released().front().stage == OutboundWindow::Stage::released);
    CHECK(window.released().back().stage == OutboundWindow::Stage::received);
    window.remove(PacketId{2});
    CHECK(!window.contains(PacketId{2}));
    CHECK(window.size() == 1);
}

TEST_CASE("a new session forgets that anything was sent") {
    OutboundWindow window = window_of({1});
    send_all(window);
    window.connection_started();
    CHECK(window.next()->was_sent);
    window.session_started();
    CHECK(!window.next()->was_sent);
}

TEST_CASE("what is dropped or removed frees its identifier") {
    OutboundWindow window = window_of({1, 2, 3});
    window.drop_next();
    send_all(window);
    window.remove(PacketId{3});
    CHECK(!window.contains(PacketId{1}));
    CHECK(window.contains(PacketId{2}));
    CHECK(!window.contains(PacketId{3}));
    CHECK(window.on_the_way() == 1);
}

TEST_CASE("a window that moves takes its places along") {
    OutboundWindow window = window_of({1, 2});
    window.next_was_sent();
    OutboundWindow moved = std::move(window);
    moved.remove(PacketId{1});
    CHECK(moved.next()->packet_id == PacketId{2});
    moved.next_was_sent();
    moved.receive(PacketId{2}, ReasonCode::success);
    CHECK(moved.size() == 1);
}
