#include "simulator/devices/observer.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario one_actor() {
    Scenario scenario;
    scenario.seed = 7;
    ActorPlan plan;
    plan.id = "scada";
    plan.is_mqtt_5 = false;
    plan.subscriptions.push_back({"nl/#", 1});
    scenario.actors.push_back(plan);
    return scenario;
}

/// The server's answers as bytes: MQTT 3.1.1.
ByteView connack(bool session_present = false) {
    static constexpr std::byte fresh[] = {std::byte{0x20}, std::byte{2}, std::byte{0}, std::byte{0}};
    static constexpr std::byte present[] = {std::byte{0x20}, std::byte{2}, std::byte{1}, std::byte{0}};
    return session_present ? ByteView(present) : ByteView(fresh);
}
std::vector<std::byte> suback(std::byte id, std::byte code) {
    return {std::byte{0x90}, std::byte{3}, std::byte{0}, id, code};
}

std::vector<std::byte> take(Observer& observer) {
    OutputBytes output;
    observer.take_output(output);
    return {output.view().begin(), output.view().end()};
}

template <typename Fact>
std::size_t count(const Observer& observer) {
    std::size_t found = 0;
    for (const ObserverFact& fact : observer.facts()) found += std::holds_alternative<Fact>(fact) ? 1 : 0;
    return found;
}

/// Opens and subscribes; the identifier of SUBSCRIBE is in its third and fourth octet.
void connect(Observer& observer, Instant now) {
    observer.transport_opened(now);
    (void)take(observer);
    observer.received(connack(), now);
    const std::vector<std::byte> subscribe = take(observer);
    REQUIRE(subscribe.size() > 4);
    REQUIRE(subscribe[0] == std::byte{0x82});
    observer.received(suback(subscribe[3], std::byte{1}), now);
    REQUIRE(observer.is_subscribed());
}

}  // namespace

TEST_CASE("an observer wants a connection at the start, once") {
    const Scenario scenario = one_actor();
    Observer observer(scenario, 0, Instant{});
    CHECK(observer.next_deadline() == Instant{});
    CHECK(!observer.take_open_request());
    observer.advance(Instant{});
    CHECK(observer.take_open_request());
    CHECK(!observer.take_open_request());
}

TEST_CASE("an observer subscribes after CONNACK and hands out what it receives") {
    const Scenario scenario = one_actor();
    Observer observer(scenario, 0, Instant{});
    connect(observer, Instant{});
    CHECK(count<ObserverConnected>(observer) == 1);
    CHECK(count<ObserverSubscribed>(observer) == 1);
    static constexpr char publish[] = "\x3a\x08\x00\x03nl/\x00\x01x";
    observer.received(as_byte_view({publish, sizeof publish - 1}), Instant{} + 1s);
    REQUIRE(count<ObserverMessage>(observer) == 1);
    const auto& message = std::get<ObserverMessage>(observer.facts().back());
    CHECK(message.topic == "nl/");
    CHECK(as_text(message.payload) == "x");
    CHECK(message.dup);
    CHECK(!message.retain);
}

TEST_CASE("an observer comes back after a draw within its back-off, which doubles up to a minute") {
    const Scenario scenario = one_actor();
    Observer observer(scenario, 0, Instant{});
    Instant now{};
    Duration longest{};
    for (int attempt = 0; attempt < 200; ++attempt) {
        observer.transport_closed(now);
        const Instant again = observer.next_deadline().value();
        const Duration limit = attempt < 6 ? 1s * (1 << attempt) : Observer::backoff_last;
        CHECK(again - now <= limit);
        longest = std::max(longest, again - now);
        now = again;
        observer.advance(now);
        CHECK(observer.take_open_request());
    }
    CHECK(longest > 50s);
    CHECK(longest <= 60s);
}

TEST_CASE("the back-off starts anew once the subscriptions are granted, and not before") {
    const Scenario scenario = one_actor();
    Observer observer(scenario, 0, Instant{});
    for (int attempt = 0; attempt < 8; ++attempt) observer.transport_closed(Instant{});
    connect(observer, Instant{} + 1h);
    observer.transport_closed(Instant{} + 2h);
    CHECK(observer.next_deadline().value() - (Instant{} + 2h) <= Observer::backoff_first);
    CHECK(count<ObserverLost>(observer) == 1);
}

TEST_CASE("an observer whose session is present does not subscribe again") {
    Scenario scenario = one_actor();
    scenario.actors[0].clean_session = false;
    Observer observer(scenario, 0, Instant{});
    connect(observer, Instant{});
    observer.transport_closed(Instant{} + 1min);
    observer.transport_opened(Instant{} + 2min);
    (void)take(observer);
    observer.received(connack(true), Instant{} + 2min);
    CHECK(take(observer).empty());
    CHECK(observer.is_subscribed());
    CHECK(count<ObserverSubscribed>(observer) == 2);
}

TEST_CASE("an observer whose session was lost subscribes again") {
    Scenario scenario = one_actor();
    scenario.actors[0].clean_session = false;
    Observer observer(scenario, 0, Instant{});
    connect(observer, Instant{});
    observer.transport_closed(Instant{} + 1min);
    connect(observer, Instant{} + 2min);
}

TEST_CASE("a refused subscription is told and leaves the observer unsubscribed") {
    const Scenario scenario = one_actor();
    Observer observer(scenario, 0, Instant{});
    observer.transport_opened(Instant{});
    (void)take(observer);
    observer.received(connack(), Instant{});
    const std::vector<std::byte> subscribe = take(observer);
    observer.received(suback(subscribe.at(3), std::byte{0x80}), Instant{});
    CHECK(count<SubscriptionRefused>(observer) == 1);
    CHECK(!observer.is_subscribed());
}

TEST_CASE("an observer that leaves says DISCONNECT and does not come back") {
    const Scenario scenario = one_actor();
    Observer observer(scenario, 0, Instant{});
    connect(observer, Instant{});
    observer.leave(Instant{} + 1min);
    CHECK(observer.close_requested());
    CHECK(take(observer) == std::vector<std::byte>{std::byte{0xe0}, std::byte{0}});
    observer.transport_closed(Instant{} + 1min);
    CHECK(!observer.next_deadline());
}

TEST_CASE("an actor publishes at its time, and hears what became of it") {
    Scenario scenario = one_actor();
    scenario.run = 1h;
    scenario.actors[0].publications.push_back({.topic = "nl/cmd", .payload = "close", .qos = 1, .at = 10min});
    Observer observer(scenario, 0, Instant{});
    observer.advance(Instant{});
    connect(observer, Instant{});
    CHECK(observer.next_deadline().value() <= Instant{} + 10min);
    observer.advance(Instant{} + 10min - 1ns);
    CHECK(count<PublicationSent>(observer) == 0);
    (void)take(observer);
    observer.advance(Instant{} + 10min);
    CHECK(count<PublicationSent>(observer) == 1);
    const std::vector<std::byte> publish = take(observer);
    REQUIRE(publish.size() == 2 + 2 + 6 + 2 + 5);
    CHECK(publish[0] == std::byte{0x32});
    const std::byte puback[] = {std::byte{0x40}, std::byte{2}, publish[10], publish[11]};
    observer.received(puback, Instant{} + 10min);
    CHECK(count<PublicationAcknowledged>(observer) == 1);
}

TEST_CASE("what an actor has to publish while it is away waits for its connection") {
    Scenario scenario = one_actor();
    scenario.run = 1h;
    scenario.actors[0].publications.push_back({.topic = "nl/cmd", .payload = "close", .qos = 0, .every = 10min});
    Observer observer(scenario, 0, Instant{});
    observer.advance(Instant{} + 25min);  // at 0, 10 and 20 minutes
    CHECK(count<PublicationSent>(observer) == 0);
    connect(observer, Instant{} + 25min);
    CHECK(count<PublicationSent>(observer) == 3);
}

TEST_CASE("an actor without subscriptions is ready once it is connected") {
    Scenario scenario = one_actor();
    scenario.actors[0].subscriptions.clear();
    Observer observer(scenario, 0, Instant{});
    observer.transport_opened(Instant{});
    observer.received(connack(), Instant{});
    CHECK(observer.is_subscribed());
}

TEST_CASE("one that left and comes back wants a connection again") {
    const Scenario scenario = one_actor();
    Observer observer(scenario, 0, Instant{});
    connect(observer, Instant{});
    observer.leave(Instant{} + 1min);
    observer.transport_closed(Instant{} + 1min);
    CHECK(!observer.next_deadline());
    observer.come_back(Instant{} + 2min);
    CHECK(observer.next_deadline() == Instant{} + 2min);
}

TEST_CASE("the answer to a command is told with its time, and what is retained was said before") {
    Scenario scenario = one_actor();
    ActorPlan& plan = scenario.actors[0];
    plan.publications = {{.topic = "cmd", .payload = "close", .qos = 0, .at = 10s}};
    plan.answers = {{.publication = 0, .topic = "pos", .payload = "closed", .within = 30s}};
    scenario.run = 1h;
    Observer observer(scenario, 0, Instant{});
    connect(observer, Instant{});
    static constexpr char answer[] = "\x30\x0b\x00\x03posclosed";
    static constexpr char retained[] = "\x31\x0b\x00\x03posclosed";
    observer.received(as_byte_view({answer, sizeof answer - 1}), Instant{} + 5s);  // before the command
    observer.advance(Instant{} + 10s);
    CHECK(count<PublicationSent>(observer) == 1);
    observer.received(as_byte_view({retained, sizeof retained - 1}), Instant{} + 20s);
    CHECK(count<CommandAnswered>(observer) == 0);
    observer.received(as_byte_view({answer, sizeof answer - 1}), Instant{} + 25s);
    REQUIRE(count<CommandAnswered>(observer) == 1);
    for (const ObserverFact& fact : observer.facts()) {
        if (const auto* answered = std::get_if<CommandAnswered>(&fact)) CHECK(answered->after == 15s);
    }
}

TEST_CASE("a shared subscription is asked for with its name") {
    Scenario scenario = one_actor();
    scenario.actors[0].subscriptions = {{.filter = "nl/#", .qos = 1, .share_name = "h"}};
    Observer observer(scenario, 0, Instant{});
    observer.transport_opened(Instant{});
    (void)take(observer);
    observer.received(connack(), Instant{});
    const std::vector<std::byte> subscribe = take(observer);
    CHECK(as_text(subscribe).find("$share/h/nl/#") != std::string_view::npos);
}
