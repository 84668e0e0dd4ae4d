#include "gateway/net/fact_log.hpp"

#include <doctest/doctest.h>

#include "tests/support/standard_error.hpp"

namespace trunkline::gateway {

namespace {

/// The line without its time.
std::string line_of(const Fact& fact) {
    const std::string text = test::standard_error_of([&] {
        const runtime::Log log(runtime::LogLevel::debug);
        log_fact(log, fact);
    });
    return text.substr(text.find("Z ") + 2);
}

const Address address = Address::v4(10, 0, 0, 7, 1884);

}  // namespace

TEST_CASE("fact log: a sensor that connected, and one that went") {
    CHECK(line_of(SensorConnected{"ps-117", address, true}) ==
          "info sensor.connected client_id=ps-117 address=10.0.0.7:1884 clean_session=true\n");
    const std::vector<std::byte> node{std::byte{0x0a}, std::byte{0xff}};
    CHECK(line_of(SensorConnected{"ps-117", address, false, node}) ==
          "info sensor.connected client_id=ps-117 address=10.0.0.7:1884 clean_session=false wireless_node_id=0aff\n");
    CHECK(line_of(SensorMoved{"ps-117", address, {}}) == "info sensor.moved client_id=ps-117 address=10.0.0.7:1884\n");
    CHECK(line_of(SensorGone{"ps-117", SensorGone::Cause::keep_alive_timeout}) ==
          "info sensor.gone client_id=ps-117 reason=keep_alive_timeout\n");
}

TEST_CASE("fact log: a refusal says whose decision it was") {
    CHECK(line_of(SensorRefused{"a", address, mqttsn::ReturnCode::congestion, mqtt::ReasonCode::success,
                                SensorRefused::Cause::too_many_sensors}) ==
          "warning sensor.refused client_id=a address=10.0.0.7:1884 by=gateway return_code=1 "
          "reason=too_many_sensors\n");
    CHECK(line_of(SensorRefused{"a", address, mqttsn::ReturnCode::congestion, mqtt::ReasonCode::success,
                                SensorRefused::Cause::too_many_connecting})
              .starts_with("debug "));  // as many as there are datagrams
    CHECK(line_of(SensorRefused{"a", address, mqttsn::ReturnCode::not_supported, mqtt::ReasonCode::not_authorized}) ==
          "warning sensor.refused client_id=a address=10.0.0.7:1884 by=broker return_code=3 reason=not_authorized\n");
}

TEST_CASE("fact log: an upstream connection that was lost, with the clause that the broker broke") {
    CHECK(line_of(UpstreamLost{"a", {}}) == "warning upstream.lost client_id=a\n");
    CHECK(line_of(UpstreamLost{"a", {}, mqtt::ReasonCode::topic_name_invalid}) ==
          "warning upstream.lost client_id=a reason=topic_name_invalid\n");
    CHECK(line_of(MessageGivenUp{"a", "v1.0/x"}) == "warning message.given_up client_id=a topic=v1.0/x\n");
    CHECK(line_of(UpstreamLost{"a", "MQTT-3.2.0-1"}) == "warning upstream.lost client_id=a clause=MQTT-3.2.0-1\n");
}

TEST_CASE("fact log: a store that fails, and does no more") {
    CHECK(line_of(StoreFailed{13, "full"}) == "error store.failed code=13 error=full\n");
    CHECK(line_of(StoreHealed{}) == "info store.healed\n");
}

TEST_CASE("fact log: several brokers") {
    CHECK(line_of(BrokerChosen{"mqtt://two:1883"}) == "warning broker.chosen broker=mqtt://two:1883\n");
    CHECK(line_of(WatchRefused{"mqtt://two:1883", mqtt::ReasonCode::not_authorized}) ==
          "warning broker.watch_refused broker=mqtt://two:1883 reason=not_authorized\n");
}

}  // namespace trunkline::gateway
