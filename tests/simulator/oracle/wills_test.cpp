#include "simulator/oracle/wills.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/oracle/staged_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario with_wills(DeviceProtocol protocol = DeviceProtocol::mqtt_sn, Duration delay = {}) {
    Scenario scenario = staged_scenario();
    scenario.gateways.resize(1);
    for (SensorPlan& sensor : scenario.sensors) {
        sensor.protocol = protocol;
        sensor.will = WillPlan{sensor.topic + "/state", "offline", 1, false, delay};
    }
    return scenario;
}

/// The first sensor connects at once. Its Keep Alive of a minute lets it be silent for 90 s.
struct WillRun : StagedRun {
    explicit WillRun(Scenario plan = with_wills()) : StagedRun(std::move(plan)) {
        oracle.supervised(first_sensor, at(0s));
        oracle.heard(first_sensor, std::nullopt, at(10s));
    }
    void expire(Duration when) { oracle.supervision_ended(first_sensor, SupervisionEnd::expired, at(when)); }
    void see(Duration when, Delivery how = {}) {
        oracle.other_message(scada, "line/PT@PS-1-1/state", "offline", how, at(when));
    }
    /// The one violation there must be.
    Violation only(Duration end = 11min) const {
        const Verdict verdict = finish(end);
        CHECK(!verdict.passed());
        REQUIRE(verdict.violations.size() == 1);
        CHECK(verdict.violations[0].promise == Violation::Promise::will);
        CHECK(verdict.violations[0].sensor == first_sensor);
        return verdict.violations[0];
    }
};

}  // namespace

TEST_CASE("one will for a supervision that expires, in its window, keeps the promise") {
    WillRun run;
    run.expire(100s);
    run.see(101s);
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(verdict.actors[scada].wills == 1);
    CHECK(verdict.actors[scada].unexpected == 0);
}

TEST_CASE("[MQTT-3.1.2-8] planted: a will is skipped") {
    WillRun run;
    run.expire(100s);
    CHECK(run.only().text ==
          "the will of PT@PS-1-1 (line/PT@PS-1-1/state) was due at 00:01:40.000, when the device had been silent for "
          "too long, "
          "last heard at 00:00:10.000, and never reached scada [MQTT-3.1.2-8] (seed 7)");
}

TEST_CASE("a will that is due within its window before the end may be under way") {
    WillRun run;
    run.expire(100s);
    CHECK(run.finish(100s + will_window).passed());
    run.only(100s + will_window + 1ns);
}

TEST_CASE("a will that has to come is not mistaken for an earlier one that may") {
    WillRun run;
    run.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(50s));
    run.oracle.supervised(first_sensor, Instant(51s));
    run.expire(100s);
    run.see(101s);
    CHECK(run.finish().passed());
    WillRun both;  // and the earlier one may come after all, within its window
    both.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(50s));
    both.oracle.supervised(first_sensor, Instant(51s));
    both.expire(100s);
    both.see(101s);
    both.see(102s);
    CHECK(both.finish().passed());
}

TEST_CASE("[MQTT-3.1.2-8] planted: a will comes after its window") {
    for (const bool late : {false, true}) {
        WillRun run;
        run.expire(100s);
        run.see(100s + will_window + (late ? 1ns : 0ns));
        CHECK(run.finish().passed() == !late);
    }
}

TEST_CASE("[MQTT-3.14.4-3] planted: a will after DISCONNECT") {
    WillRun run;
    run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(20s));
    run.see(21s);
    CHECK(run.only().text.find("nobody held it since its DISCONNECT") != std::string::npos);
}

TEST_CASE("planted: a will of a device that is connected and heard") {
    WillRun run;
    run.see(20s);
    CHECK(run.finish(90s).violations.at(0).text ==
          "the will of PT@PS-1-1 (line/PT@PS-1-1/state) reached scada at 00:00:20.000, but it is connected since "
          "00:00:00.000 and was last "
          "heard at 00:00:10.000 (seed 7)");
}

TEST_CASE("planted: a second will for one expiry") {
    WillRun run;
    run.expire(100s);
    run.see(101s);
    run.see(102s);
    CHECK(run.only().text.find("the one that was due at 00:01:40.000 had come") != std::string::npos);
}

TEST_CASE("[MQTT-3.1.2-22] planted: a device is given up too early; at the limit it is not") {
    for (const bool early : {false, true}) {
        WillRun run;
        run.expire(100s - (early ? 1ns : 0ns));
        run.see(101s);
        CHECK(run.finish().passed() == !early);
    }
}

TEST_CASE("[MQTT-3.1.2-22] planted: supervision goes on although the device is silent") {
    WillRun run;
    SUBCASE("until the end") {}
    SUBCASE("until it is heard again") { run.oracle.heard(first_sensor, std::nullopt, Instant(10min)); }
    const Violation violation = run.only();
    CHECK(violation.text.find("was last heard at 00:00:10.000 and may be silent for 1m30s") != std::string::npos);
}

TEST_CASE("MQTT-SN 1.2 §7.2-2: what a device may be silent for") {
    using enum DeviceProtocol;
    CHECK(silence_allowed(mqtt_sn, 60s) == 90s);
    CHECK(silence_allowed(mqtt_sn, 61s) == 67100ms);
    CHECK(silence_allowed(mqtt, 100s) == 150s);
}

TEST_CASE("a sleeping device may be silent for as long as it said") {
    WillRun run;
    run.oracle.heard(first_sensor, 5min, Instant(20s));
    SUBCASE("and wakes up in time") {
        run.oracle.heard(first_sensor, std::nullopt, Instant(5min));
        run.oracle.heard(first_sensor, 5min, Instant(10min));
        CHECK(run.finish().passed());
    }
    SUBCASE("planted: it is given up before") {
        run.expire(5min);
        run.see(5min + 1s);
        run.only();
    }
}

TEST_CASE("[MQTT-3.1.4-3] a new connection of an MQTT-SN client needs no will, and an RTU's brings it") {
    for (const bool is_rtu : {false, true}) {
        WillRun run(with_wills(is_rtu ? DeviceProtocol::mqtt5 : DeviceProtocol::mqtt_sn));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(20s));
        run.oracle.supervised(first_sensor, Instant(20s));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(30s));
        CHECK(run.finish().passed() == !is_rtu);
    }
}

TEST_CASE("a new connection of an MQTT-SN client that is never set up brings the will of the one before") {
    for (const bool comes : {false, true}) {
        WillRun run;
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(20s));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::no_answer, Instant(20s + 2 * will_window));
        if (comes) run.see(21s + 2 * will_window);
        CHECK(run.finish().passed() == comes);
    }
    WillRun again;  // it begins once more, after a restart of the gateway
    again.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(20s));
    again.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(30s));
    again.oracle.supervised(first_sensor, Instant(31s));
    CHECK(again.finish().passed());
    WillRun goodbye;
    goodbye.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(20s));
    goodbye.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(30s));
    CHECK(goodbye.finish().passed());
    WillRun planted;  // of one that was not connected: nothing is due
    planted.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(20s));
    planted.oracle.supervision_ended(first_sensor, SupervisionEnd::no_answer, Instant(60s));
    planted.see(61s);
    CHECK(!planted.finish().passed());
}

TEST_CASE("a device that is back before the delay has passed may have cancelled its will") {
    for (const bool in_time : {false, true}) {
        WillRun run(with_wills(DeviceProtocol::mqtt5, 30s));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::connection_broken, Instant(20s));
        run.oracle.supervised(first_sensor, Instant(in_time ? 40s : 2min));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(3min));
        CHECK(run.finish().passed() == in_time);
    }
}

TEST_CASE("an actor without a session is owed no will, and one that is away gets it later") {
    SUBCASE("without a session") {
        Scenario scenario = with_wills();
        scenario.actors[panel].subscriptions = {{"line/+/state", 1}};
        WillRun run(std::move(scenario));
        run.oracle.actor_lost(panel, Instant(50s));
        run.expire(100s);
        run.oracle.actor_connected(panel, false, Instant(110s));
        run.oracle.actor_subscribed(panel, Instant(110s));
        run.see(101s);
        CHECK(run.finish().passed());
    }
    SUBCASE("away") {
        WillRun run;
        run.oracle.actor_lost(scada, Instant(50s));
        run.expire(100s);
        run.oracle.actor_connected(scada, true, Instant(8min));
        run.see(8min);
        CHECK(run.finish().passed());
    }
    SUBCASE("its queue was full") {
        WillRun run;
        run.expire(100s);
        run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1/state", LossCause::queue_full, Instant(100s));
        CHECK(run.finish().passed());
    }
    SUBCASE("its queue was full, but it was the one before that was dropped on its second way") {
        WillRun run;
        run.expire(100s);
        run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1/state", LossCause::queue_full, Instant(101s));
        run.oracle.supervised(first_sensor, Instant(102s));
        run.see(150s);
        CHECK(run.finish().passed());
    }
    SUBCASE("its queue was full, and the next one that comes is the next one") {
        WillRun run;
        run.expire(100s);
        run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1/state", LossCause::queue_full, Instant(100s));
        run.oracle.supervised(first_sensor, Instant(300s));
        run.oracle.heard(first_sensor, std::nullopt, Instant(310s));
        run.expire(400s);
        run.see(401s);
        CHECK(run.finish().passed());
    }
}

TEST_CASE("the windows in which a second will is nobody's fault") {
    WillRun run;
    run.expire(100s);
    run.see(101s);
    SUBCASE("redelivered: DUP says so") { run.see(102s, {.dup = true}); }
    SUBCASE("sent again: the gateway went down before it knew that the first was accepted") {
        run.oracle.gateway_down(0, Instant(100s));
        run.oracle.gateway_up(0, true, Instant(110s));
        run.see(111s);
    }
    SUBCASE("retained: an earlier one, for a late subscriber") { run.see(5min, {.retain = true}); }
    CHECK(run.finish().passed());
}

TEST_CASE("a will with DUP is one that the actor has seen, or the first it sees of one sent before it connected") {
    // The actor stands still; the first will lies unread in its connection, which the broker gives up. The second
    // waits.
    const auto resumed = [](const std::vector<Duration>& read_before, std::size_t with_dup, std::size_t without) {
        WillRun run;
        run.expire(100s);
        run.oracle.supervised(first_sensor, Instant(101s));
        run.expire(140s);
        for (const Duration at : read_before) run.see(at);
        run.oracle.actor_lost(scada, Instant(150s));
        run.oracle.actor_connected(scada, true, Instant(151s));
        for (std::size_t copy = 0; copy < with_dup; ++copy) run.see(152s, {.dup = true});
        for (std::size_t copy = 0; copy < without; ++copy) run.see(152s);
        return run.finish();
    };
    CHECK(resumed({}, 1, 1).passed());            // it never read the first copy
    CHECK(resumed({149s}, 1, 1).passed());        // it did, but could not acknowledge it
    CHECK(resumed({149s, 149s}, 2, 0).passed());  // nor the second
    CHECK(resumed({}, 2, 0).passed());
    CHECK(!resumed({}, 1, 2).passed());  // planted: one too many
    CHECK(!resumed({149s}, 1, 2).passed());
    CHECK(!resumed({149s, 149s}, 2, 1).passed());
}

TEST_CASE("[MQTT-3.3.1-1] planted: DUP is no first copy of a will that came due on this connection") {
    WillRun run;
    run.expire(100s);
    run.see(101s);
    run.oracle.actor_lost(scada, Instant(110s));
    run.oracle.actor_connected(scada, true, Instant(111s));
    run.oracle.supervised(first_sensor, Instant(120s));
    run.expire(160s);
    run.see(161s, {.dup = true});
    CHECK(run.only().text.find("never reached scada") != std::string::npos);
}

TEST_CASE("a will that its gateway had not stored when it went down need not come") {
    const auto lost_after = [](Duration after, bool is_disk_full) {
        WillRun run;
        run.expire(100s);
        if (is_disk_full) run.oracle.gateway_disk_full(0, Instant(90s));
        run.oracle.gateway_down(0, Instant(100s + after));
        run.oracle.gateway_up(0, true, Instant(110s + after));
        if (is_disk_full) run.oracle.gateway_disk_has_room(0, Instant(110s + after));
        return run.finish().passed();
    };
    CHECK(lost_after(2s - 1ns, false));
    CHECK(!lost_after(2s, false));
    CHECK(lost_after(60s, true));
    WillRun later;  // the disk had room again for long enough
    later.oracle.gateway_disk_full(0, Instant(90s));
    later.expire(100s);
    later.oracle.gateway_disk_has_room(0, Instant(120s));
    later.oracle.gateway_down(0, Instant(122s));
    later.oracle.gateway_up(0, true, Instant(125s));
    later.only();
}

TEST_CASE("stood in: a gateway whose connection does not come back within the grace has the broker publish for it") {
    const Duration window = holder_grace + will_window;
    for (const Duration after : {window, Duration(window + 1ns)}) {
        for (const bool is_outage : {false, true}) {
            WillRun run;
            if (is_outage) run.oracle.gateway_down(0, Instant(15s));
            if (is_outage) run.oracle.gateway_up(0, true, Instant(20s));
            else run.oracle.upstream_lost(first_sensor, Instant(20s));
            run.oracle.heard(first_sensor, std::nullopt, Instant(90s));
            run.see(20s + after);
            run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(170s + 1ns));
            CHECK(run.finish().passed() == (after == window));
        }
    }
}

TEST_CASE("stood in: not for a sensor that shares a connection, of whose will the broker does not know") {
    for (const bool is_aggregated : {false, true}) {
        Scenario plan = with_wills();
        plan.sensors[first_sensor].is_aggregated = is_aggregated;
        WillRun run(std::move(plan));
        run.oracle.upstream_lost(first_sensor, Instant(20s));
        run.oracle.heard(first_sensor, std::nullopt, Instant(90s));
        run.see(90s);
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(150s));
        CHECK(run.finish().passed() == !is_aggregated);
    }
}

TEST_CASE("stood in: not before the grace is over, however long the outage lasts") {
    const auto told_after = [](Duration after, bool is_outage) {
        WillRun run;
        if (is_outage) run.oracle.partition_began(0, Instant(20s));
        else run.oracle.upstream_lost(first_sensor, Instant(20s));
        run.oracle.upstream_lost(first_sensor, Instant(70s));  // an attempt that came to nothing
        run.oracle.heard(first_sensor, std::nullopt, Instant(70s));
        run.see(20s + after);
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(150s));
        return run.finish().passed();
    };
    CHECK(told_after(holder_grace, true));
    CHECK(!told_after(holder_grace - 1ns, true));
    // The broker may know of the loss some seconds before the gateway.
    CHECK(told_after(holder_grace - 5s, false));
    CHECK(!told_after(holder_grace - 5s - 1ns, false));
}

TEST_CASE("[MQTT-3.1.4-3] a new connection that is told before the end of the one that it replaces has its will") {
    WillRun run(with_wills(DeviceProtocol::mqtt));
    run.oracle.supervised(first_sensor, Instant(20s));
    run.oracle.supervision_ended(first_sensor, SupervisionEnd::replaced, Instant(20s));
    run.see(21s);
    run.oracle.supervision_ended(first_sensor, SupervisionEnd::connection_broken, Instant(60s));
    run.see(61s);
    CHECK(run.finish().passed());
}

TEST_CASE("after a broker's crash the wills of RTUs that stay away are published, and those of others are not") {
    WillRun run(with_wills(DeviceProtocol::mqtt));
    run.oracle.broker_down(Instant(20s));
    run.oracle.broker_up(true, Instant(30s));
    SUBCASE("it comes") {
        run.see(90s);
        CHECK(run.finish().passed());
    }
    SUBCASE("planted: it does not come") { CHECK(run.only().text.find("restart") != std::string::npos); }
    SUBCASE("planted: it comes although the device is back") {
        run.oracle.supervised(first_sensor, Instant(40s));
        run.see(90s);
        run.only();
    }
    SUBCASE("the device is back") {
        run.oracle.supervised(first_sensor, Instant(40s));
        CHECK(run.finish().passed());
    }
}

TEST_CASE(
    "after a broker's crash a client that comes back too late has left a will, which an actor may see even later") {
    const auto passed = [](Duration device_is_back, std::optional<Duration> crashes_again, Duration seen = 200s) {
        WillRun run(with_wills(DeviceProtocol::mqtt));
        run.oracle.broker_down(Instant(20s));
        run.oracle.actor_lost(scada, Instant(20s));
        run.oracle.broker_up(true, Instant(30s));
        if (crashes_again) run.oracle.broker_down(Instant(*crashes_again));
        if (crashes_again) run.oracle.broker_up(true, Instant(*crashes_again + 10s));
        run.oracle.supervised(first_sensor, Instant(device_is_back));
        run.oracle.heard(first_sensor, std::nullopt, Instant(device_is_back));
        run.oracle.actor_connected(scada, true, Instant(200s));
        run.see(seen);
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(seen));
        return run.finish().passed();
    };
    CHECK(passed(90s, std::nullopt));
    CHECK(!passed(90s - 1ns, std::nullopt));  // planted: it was in time
    // The broker goes on with the grace that it granted first.
    CHECK(passed(90s, 40s));
    CHECK(!passed(90s - 1ns, 40s));
    // An actor that was away gets it when it is back, and not at any time.
    CHECK(passed(90s, std::nullopt, 200s + will_window));
    CHECK(!passed(90s, std::nullopt, 200s + will_window + 1ns));
}

TEST_CASE(
    "a will from before a broker's crash, which an actor sees after it, is not the one that the crash may have left") {
    WillRun run(with_wills(DeviceProtocol::mqtt));
    run.expire(100s);
    run.oracle.supervised(first_sensor, Instant(105s));  // and heard of no more
    run.oracle.broker_down(Instant(110s));
    run.oracle.actor_lost(scada, Instant(110s));
    run.oracle.broker_up(true, Instant(120s));
    run.oracle.actor_connected(scada, true, Instant(125s));
    run.see(125s, {.dup = true});
    SUBCASE("the device is back in time") {
        run.oracle.supervised(first_sensor, Instant(140s));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(150s));
        CHECK(run.finish().passed());
    }
    SUBCASE("it stays away, and the second one comes") {
        run.see(185s);
        CHECK(run.finish().passed());
    }
    SUBCASE("planted: it stays away, and the second one does not come") {
        CHECK(run.only().text.find("did not come after the broker's restart") != std::string::npos);
    }
}

TEST_CASE(
    "a will that the broker could not store before it crashed is called off by a client that comes back in time") {
    const auto passed = [](Duration due, bool disk_is_full) {
        WillRun run(with_wills(DeviceProtocol::mqtt));
        if (disk_is_full) run.oracle.broker_disk_full(Instant(15s));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::connection_broken, Instant(due));
        run.oracle.broker_down(Instant(40s));
        run.oracle.broker_up(true, Instant(50s));
        if (disk_is_full) run.oracle.broker_disk_has_room(Instant(50s));
        run.oracle.supervised(first_sensor, Instant(1min));
        run.oracle.supervision_ended(first_sensor, SupervisionEnd::disconnected, Instant(2min));
        return run.finish().passed();
    };
    CHECK(passed(20s, true));
    CHECK(!passed(20s, false));  // planted: there was time enough
    CHECK(passed(39s + 1ns, false));
    CHECK(!passed(39s, false));
}

TEST_CASE("an outage on the way stretches the window by its length") {
    WillRun run;
    run.oracle.partition_began(0, Instant(95s));
    run.expire(100s);
    run.oracle.partition_ended(0, Instant(5min));
    run.see(6min);
    CHECK(run.finish().passed());
}

TEST_CASE("where a full queue has dropped a will, one that comes again much later is not that one, late") {
    const auto passed = [](bool is_dropped) {
        WillRun run;
        run.expire(100s);
        if (is_dropped)
            run.oracle.dropped_by_broker(scada, "line/PT@PS-1-1/state", LossCause::queue_full, Instant(101s));
        run.oracle.supervised(first_sensor, Instant(110s));
        run.expire(300s);
        run.see(301s);
        // The gateway has not heard that the broker took it.
        run.oracle.partition_began(0, Instant(300s));
        run.oracle.partition_ended(0, Instant(420s));
        run.see(425s);
        return run.finish().passed();
    };
    CHECK(passed(true));
    CHECK(!passed(false));  // planted: the first one is late
}

TEST_CASE("an actor that stands still sees a will when it goes on, and soon") {
    Scenario plan = with_wills();
    FaultPlan stall;
    stall.kind = FaultPlan::Kind::actor_stalled;
    stall.actors = {scada};
    stall.at = 90s;
    stall.length = 200s;
    plan.faults = {stall};
    SUBCASE("at once") {
        WillRun run(plan);
        run.expire(100s);
        run.see(290s);
        CHECK(run.finish().passed());
    }
    SUBCASE("much later") {
        WillRun run(plan);
        run.expire(100s);
        run.see(290s + will_window + 1s);
        CHECK(run.only().text.find("reached scada at") != std::string::npos);
    }
    SUBCASE("and another actor's standing still is no reason") {
        plan.faults[0].actors = {scada + 1};
        WillRun run(plan);
        run.expire(100s);
        run.see(290s);
        CHECK(run.only().text.find("reached scada at") != std::string::npos);
    }
}

TEST_CASE("wills are told apart by topic and payload") {
    Scenario scenario = with_wills();
    for (SensorPlan& sensor : scenario.sensors) {
        sensor.will->topic = "state";
        sensor.will->payload = sensor.id;
    }
    const WillBooks wills(scenario);
    CHECK(wills.sensor_of("state", "PT@PS-1-2") == second_sensor);
    CHECK(!wills.sensor_of("state", "PT@PS-1-3"));
    CHECK(!wills.sensor_of("stat", "PT@PS-1-2"));
}

TEST_CASE("where nobody tells of supervisions, wills are counted and none is judged") {
    StagedRun run(with_wills());
    run.oracle.other_message(scada, "line/PT@PS-1-1/state", "offline", {}, Instant(20s));
    const Verdict verdict = run.finish();
    CHECK(verdict.passed());
    CHECK(verdict.actors[scada].wills == 1);
}
