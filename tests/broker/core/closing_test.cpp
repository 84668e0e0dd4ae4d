// Why connections end, as whoever reads the log is told it.

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::ReasonCode;

namespace {

ConnectionClosed only_closing(Driver& driver) {
    const std::vector<ConnectionClosed> facts = driver.facts<ConnectionClosed>();
    REQUIRE(facts.size() == 1);
    return facts[0];
}

}  // namespace

TEST_CASE("[MQTT-3.1.2-22] a fact says for how long a client was silent") {
    Driver driver;
    const ConnectionId id = driver.open();
    mqtt::Connect connect;
    connect.client_id = "a";
    connect.keep_alive_seconds = 20;
    driver.send(id, connect);
    driver.sleep(10s);
    driver.send(id, mqtt::PingReq{});
    driver.sleep(30s);
    const ConnectionClosed fact = only_closing(driver);
    CHECK(fact.cause == CloseCause::keep_alive_timeout);
    CHECK(fact.client_id == "a");
    CHECK(fact.silent == Duration(30s));
    CHECK(driver.broker.counters().connections_closed[static_cast<std::size_t>(CloseCause::keep_alive_timeout)] == 1);
}

TEST_CASE("a fact says for how long nobody said CONNECT") {
    Driver driver;
    driver.open();
    driver.sleep(10s);
    const ConnectionClosed fact = only_closing(driver);
    CHECK(fact.cause == CloseCause::connect_timeout);
    CHECK(fact.silent == Duration(10s));
}

TEST_CASE("[MQTT-3.1.4-3] a fact says who has taken over") {
    Driver driver;
    driver.connect("a");
    driver.connect("a");
    const ConnectionClosed fact = only_closing(driver);
    CHECK(fact.cause == CloseCause::taken_over);
    CHECK(fact.peer == "127.0.0.1:50001");
    CHECK(fact.taken_over_by == "127.0.0.1:50002");
}

TEST_CASE("a fact has the transport's words; what the core has decided before goes first") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    driver.broker.closed(id, CloseCause::transport_error, driver.now, "Connection reset by peer");
    CHECK(only_closing(driver).error == "Connection reset by peer");
    CHECK(only_closing(driver).cause == CloseCause::transport_error);
}

TEST_CASE("a fact says with which reason a client has disconnected") {
    Driver driver;
    const ConnectionId id = driver.connect("a");
    mqtt::Disconnect disconnect;
    disconnect.reason = ReasonCode::disconnect_with_will_message;
    driver.send(id, disconnect);
    CHECK(only_closing(driver).cause == CloseCause::client_disconnect);
    CHECK(only_closing(driver).reason == ReasonCode::disconnect_with_will_message);
}
