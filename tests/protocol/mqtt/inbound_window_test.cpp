#include "protocol/mqtt/inbound_window.hpp"

#include <doctest/doctest.h>

using namespace trunkline::mqtt;

namespace {

constexpr PacketId first{5};
constexpr PacketId second{6};

/// The identifier of the next answer; zero: none may leave.
PacketId next_answer(InboundWindow& window) {
    const auto answer = window.take_answer();
    return answer ? answer->packet_id : PacketId{};
}

}  // namespace

TEST_CASE("[MQTT-4.6.0-2] [MQTT-4.6.0-3] an answer waits for those before it") {
    InboundWindow window;
    window.arrived(first);
    window.arrived(second);
    window.answer(second, ReasonCode::success);
    CHECK(next_answer(window) == PacketId{});
    window.answer(first, ReasonCode::quota_exceeded);
    window.answer(first, ReasonCode::success);  // the first word counts
    CHECK(window.take_answer()->reason == ReasonCode::quota_exceeded);
    CHECK(next_answer(window) == second);
    CHECK(next_answer(window) == PacketId{});
}

TEST_CASE("[MQTT-4.3.3-10] a repeated PUBLISH is answered again and not told again") {
    InboundWindow window;
    CHECK(window.arrived(first));
    CHECK(!window.arrived(first));  // the owner still has it
    window.answer(first, ReasonCode::success);
    CHECK(next_answer(window) == first);
    CHECK(next_answer(window) == PacketId{});
    CHECK(!window.arrived(first));
    CHECK(next_answer(window) == first);
    CHECK(window.forget(first));
    CHECK(!window.forget(first));
    CHECK(window.arrived(first));
}

TEST_CASE("the next connection owes no answer before its own PUBLISH") {
    InboundWindow window;
    window.arrived(first);
    window.arrived(second);
    window.connection_lost();
    window.answer(first, ReasonCode::success);
    CHECK(next_answer(window) == PacketId{});
    CHECK(!window.arrived(first));  // answered
    CHECK(window.arrived(second));  // not answered
    CHECK(next_answer(window) == first);
    CHECK(next_answer(window) == PacketId{});
}

TEST_CASE("[MQTT-3.3.4-9] open is what came on the present connection and is not over") {
    InboundWindow window;
    window.arrived(first);
    window.arrived(second);
    CHECK(window.open() == 2);
    window.connection_lost();
    CHECK(window.open() == 0);
    CHECK(window.size() == 2);
    CHECK(!window.is_open(first));
    window.arrived(first);
    CHECK(window.is_open(first));
    CHECK(window.open() == 1);
    window.forget(second);
    CHECK(window.open() == 1);
    window.forget(first);
    CHECK(window.open() == 0);
    CHECK(next_answer(window) == PacketId{});
}
