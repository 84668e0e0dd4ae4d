#include "simulator/oracle/downlink_facts.hpp"

#include <doctest/doctest.h>

#include "protocol/mqttsn/codec.hpp"
#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

struct HearingRun : StagedRun {
    HearingRun() : StagedRun(listening()) { oracle.sensor_connected(first_sensor, at(1s)); }
    static Scenario listening() {
        Scenario scenario = staged_scenario();
        scenario.gateways.resize(1);
        scenario.sensors[first_sensor].clean_session = false;
        scenario.sensors[first_sensor].commands = CommandsPlan{"line/set", 1};
        scenario.actors[scada].publications = {{"line/set", "measure", 1, false, 0s, 60s}};
        return scenario;
    }
    void hear(const mqttsn::Message& message, Duration when) {
        tell_downlink_datagram(oracle, first_sensor, mqttsn::encode(message), at(when));
    }
};

constexpr mqttsn::TopicId id{7};

}  // namespace

TEST_CASE("REGACK tells an id, and PUBACK that it is unknown") {
    for (const bool was_accepted : {true, false}) {
        HearingRun run;
        const auto code = was_accepted ? mqttsn::ReturnCode::accepted : mqttsn::ReturnCode::congestion;
        run.hear(mqttsn::RegAck{id, mqttsn::MsgId{1}, code}, 2s);
        run.hear(mqttsn::PubAck{id, mqttsn::MsgId{2}, mqttsn::ReturnCode::accepted}, 20s);
        CHECK(run.finish().passed());
        run.hear(mqttsn::PubAck{id, mqttsn::MsgId{3}, mqttsn::ReturnCode::invalid_topic_id}, 30s);
        CHECK(run.finish().violation_count == (was_accepted ? 1 : 0));
    }
}

TEST_CASE("PINGRESP tells that nothing waits") {
    HearingRun run;
    run.oracle.commands_subscribed(first_sensor, Instant(2s));
    run.oracle.command_sent(scada, 0, Instant(200s));
    run.oracle.command_acknowledged(scada, 0, Instant(201s));
    run.oracle.messages_asked(first_sensor, Instant(300s));
    run.hear(mqttsn::PingResp{}, 301s);
    CHECK(run.finish().violation_count == 1);
}

TEST_CASE("damaged datagrams tell nothing downwards either") {
    HearingRun run;
    tell_downlink_datagram(run.oracle, first_sensor, as_byte_view("\x07\xff"), Instant(5s));
    CHECK(run.finish().passed());
}
