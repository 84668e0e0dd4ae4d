#include "gateway/core/shared_subscriptions.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace trunkline::gateway {

using mqtt::PacketId;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

constexpr SensorId a{1}, b{2}, c{3};

struct Table : SharedSubscriptions {
    /// "SUBSCRIBE p qos=1"; the request is under way from then on.
    std::string ask(std::uint16_t packet_id) {
        const auto request = next();
        if (!request) return "";
        std::string words = (request->subscribes ? "SUBSCRIBE " : "UNSUBSCRIBE ") + std::string(request->filter);
        if (request->subscribes) words += " qos=" + std::to_string(static_cast<int>(request->options.qos));
        if (request->options.retain_handling == mqtt::RetainHandling::do_not_send) words += " without retained";
        asked(PacketId{packet_id});
        return words;
    }
    std::vector<Answer> lose_connection(bool is_hung_up = false) {
        std::vector<Answer> answers;
        connection_lost(is_hung_up, answers);
        return answers;
    }
    std::vector<Answer> answer(std::uint16_t packet_id, ReasonCode reason) {
        std::vector<Answer> answers;
        subscribed(PacketId{packet_id}, reason, answers);
        return answers;
    }
    /// Of one sensor, with all that belongs to it.
    void have(SensorId sensor, std::string_view filter, QoS qos = QoS::at_least_once) {
        join(sensor, PacketId{1}, filter, qos);
        ask(77);
        answer(77, ReasonCode::granted_qos_2);
        question_leaves();
        question_answered();
        while (!ask(78).empty()) unsubscribed(PacketId{78});
    }
    std::vector<Receiver> of(std::string_view topic, bool is_retained = false,
                             const std::vector<std::uint32_t>& ids = {}) {
        std::vector<Receiver> out;
        receivers(topic, is_retained, ids, out);
        return out;
    }
};

using Receivers = std::vector<SharedSubscriptions::Receiver>;

}  // namespace

TEST_CASE("shared subscriptions: topics find the sensors whose filters match them, each sensor once") {
    Table table;
    table.have(a, "plant/+/p");
    table.have(a, "plant/#", QoS::exactly_once);
    table.have(b, "plant/1/p");
    table.have(c, "#");
    CHECK(table.of("plant/1/p") == Receivers{{a, QoS::exactly_once}, {b, QoS::at_least_once}, {c, QoS::at_least_once}});
    CHECK(table.of("plant") == Receivers{{a, QoS::exactly_once}, {c, QoS::at_least_once}});
    CHECK(table.of("plant/1/p/") == Receivers{{a, QoS::exactly_once}, {c, QoS::at_least_once}});
    CHECK(table.of("$SYS/uptime").empty());
    table.have(b, "x/");
    table.leave_all(c);
    CHECK(table.of("x/") == Receivers{{b, QoS::at_least_once}});
}

TEST_CASE("shared subscriptions: an identifier means its filter, and one that nobody has means nobody") {
    Table table;
    table.have(a, "p");
    table.have(b, "+");
    CHECK(table.of("p", false, {SharedSubscriptions::id_of("p")}) == Receivers{{a, QoS::at_least_once}});
    CHECK(table.of("p", false, {SharedSubscriptions::id_of("gone")}).empty());
    CHECK(table.of("p", false, {SharedSubscriptions::id_of("p"), SharedSubscriptions::id_of("+")}).size() == 2);
    CHECK(SharedSubscriptions::id_of("p") >= 1);
}

TEST_CASE(
    "shared subscriptions: the broker is asked once for all that came together, and what is refused is nobody's") {
    Table table;
    table.join(a, PacketId{1}, "p", QoS::at_most_once);
    table.join(b, PacketId{2}, "p", QoS::exactly_once);
    CHECK(table.ask(5) == "SUBSCRIBE p qos=2");
    CHECK(table.ask(6).empty());
    const auto answers = table.answer(5, ReasonCode::granted_qos_1);
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].reason == ReasonCode::success);
    CHECK(answers[1].reason == ReasonCode::granted_qos_1);
    CHECK(table.of("p") == Receivers{{a, QoS::at_most_once}, {b, QoS::at_least_once}});
    table.join(c, PacketId{1}, "q", QoS::at_least_once);
    table.ask(7);
    CHECK(table.answer(7, ReasonCode::not_authorized).at(0).reason == ReasonCode::not_authorized);
    CHECK(table.of("q").empty());
    CHECK(table.size() == 1);
}

TEST_CASE("shared subscriptions: who leaves while it is asked for is not subscribed, and the broker hears of it") {
    Table table;
    table.join(a, PacketId{1}, "p", QoS::at_least_once);
    table.ask(5);
    table.leave(a, "p");
    CHECK(table.answer(5, ReasonCode::granted_qos_1).empty());
    CHECK(table.of("p").empty());
    CHECK(table.ask(6) == "UNSUBSCRIBE p");
    table.unsubscribed(PacketId{6});
    CHECK(table.ask(7).empty());
    CHECK(table.size() == 0);
}

TEST_CASE("shared subscriptions: a broker that has lost them is asked for what is held, without retained messages") {
    Table table;
    table.have(a, "p");
    table.have(b, "q");
    table.leave(b, "q");
    table.lose_connection();
    table.make_again(true);
    CHECK(table.ask(5) == "SUBSCRIBE p qos=1 without retained");
    CHECK(table.ask(6).empty());
    table.lose_connection();  // the answer never came
    table.make_again(true);
    CHECK(table.ask(7) == "SUBSCRIBE p qos=1 without retained");
}

TEST_CASE("shared subscriptions: what the broker hangs up on is found one by one, and given up at the second time") {
    Table table;
    table.have(a, "held");
    table.lose_connection();
    table.make_again(true);
    table.join(b, PacketId{2}, "bad", QoS::at_least_once);
    CHECK(table.ask(5) == "SUBSCRIBE held qos=1 without retained");
    CHECK(table.ask(6) == "SUBSCRIBE bad qos=1");
    CHECK(!table.is_careful());
    CHECK(table.lose_connection(true).empty());  // of two nobody knows which it was
    CHECK(table.is_careful());
    for (int time = 0; time < 2; ++time) {
        table.join(b, PacketId{3}, "bad", QoS::at_least_once);
        while (table.ask(7) == "SUBSCRIBE held qos=1 without retained") table.answer(7, ReasonCode::granted_qos_1);
        CHECK(table.under_way() == 1);
        const auto answers = table.lose_connection(true);
        REQUIRE(answers.size() == (time == 0 ? 0U : 1U));
        if (time == 1) CHECK(mqtt::is_failure(answers.front().reason));
    }
    CHECK(table.ask(8).empty());
    CHECK(!table.is_careful());
    CHECK(table.size() == 1);
    CHECK(table.of("held") == Receivers{{a, QoS::at_least_once}});
}

TEST_CASE("shared subscriptions: the members of a group have a message one at a time") {
    Table table;
    table.have(a, "$share/g/p");
    table.have(b, "$share/g/p");
    CHECK(table.of("p") == Receivers{{a, QoS::at_least_once}});
    CHECK(table.of("p") == Receivers{{b, QoS::at_least_once}});
    CHECK(!table.awaits_retained());
}

TEST_CASE("shared subscriptions: a sensor that leaves all ends no wait of another for retained messages") {
    Table table;
    for (const SensorId sensor : {a, b}) table.join(sensor, PacketId{1}, "p", QoS::at_least_once);
    table.ask(5);
    table.answer(5, ReasonCode::granted_qos_1);
    table.leave_all(a);
    CHECK(table.of("p", true) == Receivers{{b, QoS::at_least_once}});
    table.leave_all(b);
    CHECK(!table.awaits_retained());
    CHECK(table.ask(6) == "UNSUBSCRIBE p");
}

}  // namespace trunkline::gateway
