#include "simulator/oracle/order.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("[MQTT-4.6.0-5] planted: a later reading first breaks the order") {
    StagedRun run;
    run.offer_and_send({first_sensor, 1}, 10s);
    run.acknowledge({first_sensor, 1}, 11s);
    run.offer_and_send({first_sensor, 2}, 20s);
    run.acknowledge({first_sensor, 2}, 21s);
    run.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(22s));
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(23s));
    const Verdict verdict = run.finish();
    CHECK(!verdict.passed());
    REQUIRE(verdict.violations.size() == 1);
    CHECK(verdict.violations[0].promise == Violation::Promise::order);
    CHECK(verdict.violations[0].text ==
          "reading 1 of PT@PS-1-1 (line/PT@PS-1-1) first reached scada at 00:00:23.000, after number 2 at "
          "00:00:22.000: sent at "
          "00:00:10.000 [MQTT-4.6.0-5] (seed 7)");
}

TEST_CASE("repeated copies of older readings break no order: first deliveries count") {
    StagedRun run;
    run.succeed({first_sensor, 1}, 10s);
    run.succeed({first_sensor, 2}, 20s);
    run.oracle.delivered(scada, {first_sensor, 1}, {.dup = true}, Instant(30s));
    run.succeed({first_sensor, 3}, 40s);
    CHECK(run.finish().passed());
}

TEST_CASE("of a reading whose first copy the broker has dropped, a repetition has no place in the order") {
    const auto passed_with_a_drop_at = [](Duration dropped_at) {
        StagedRun run;
        run.offer_and_send({first_sensor, 1}, 10s);
        run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1", LossCause::queue_full, Instant(dropped_at));
        run.acknowledge({first_sensor, 1}, 11s);
        run.offer_and_send({first_sensor, 2}, 12s);
        run.acknowledge({first_sensor, 2}, 13s);
        run.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(13s));
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(14s));
        return run.finish().passed();
    };
    CHECK(passed_with_a_drop_at(10s));
    CHECK(!passed_with_a_drop_at(10s - 1ns));  // planted: that one was another reading's
}

TEST_CASE("what a full broker may have refused without the device hearing of it has no place in the order") {
    const auto passed = [](bool is_rtu, Duration has_room_at, Duration connected_at) {
        StagedRun run;
        if (is_rtu) run.oracle.session_answered(first_sensor, false, Instant(1s));
        run.oracle.broker_disk_full(Instant(5s));
        run.oracle.broker_disk_has_room(Instant(has_room_at));
        run.offer_and_send({first_sensor, 1}, 10s);
        run.offer_and_send({first_sensor, 2}, 20s);
        run.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(21s));
        if (is_rtu) run.oracle.session_answered(first_sensor, false, Instant(connected_at));
        run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(31s));
        run.acknowledge({first_sensor, 1}, 32s);
        run.acknowledge({first_sensor, 2}, 32s);
        return run.finish().passed();
    };
    CHECK(passed(true, 15s, 30s));
    CHECK(!passed(false, 15s, 30s));       // planted: a sensor has one exchange at a time, and hears how it ends
    CHECK(!passed(true, 10s - 1ns, 30s));  // planted: there was room by then
    CHECK(!passed(true, 15s, 10s));        // planted: it has heard all, on the same connection
}

TEST_CASE("a reading that was given up may have a late copy") {
    StagedRun run;
    run.offer_and_send({first_sensor, 1}, 10s);
    run.give_up({first_sensor, 1}, 50s);
    run.succeed({first_sensor, 2}, 60s);
    run.oracle.delivered(scada, {first_sensor, 1}, {}, Instant(63s));
    CHECK(run.finish().passed());
}

TEST_CASE("there is no order between sensors, nor at QoS 0") {
    Scenario scenario = staged_scenario();
    scenario.sensors[second_sensor].qos = 0;
    StagedRun run(std::move(scenario));
    run.succeed({first_sensor, 1}, 10s);
    for (const std::uint64_t sequence : {1u, 2u}) {
        run.offer_and_send({second_sensor, sequence}, 20s);
        run.oracle.left({second_sensor, sequence}, Instant(20s));
    }
    for (const std::size_t actor : {scada, panel}) {
        run.oracle.delivered(actor, {second_sensor, 2}, {}, Instant(21s));
        run.oracle.delivered(actor, {second_sensor, 1}, {}, Instant(22s));
    }
    CHECK(run.finish().passed());
}

TEST_CASE("the retained value of a topic stands outside the order") {
    StagedRun run;
    run.succeed({first_sensor, 1}, 10s);
    run.offer_and_send({first_sensor, 2}, 20s);
    run.offer_and_send({first_sensor, 3}, 30s);
    run.oracle.delivered(scada, {first_sensor, 3}, {.retain = true}, Instant(31s));
    run.oracle.delivered(scada, {first_sensor, 2}, {}, Instant(32s));
    run.oracle.delivered(scada, {first_sensor, 3}, {}, Instant(33s));
    CHECK(run.finish().passed());
}
