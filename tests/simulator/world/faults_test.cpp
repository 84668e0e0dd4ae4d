#include "simulator/world/faults.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/world/planned_run.hpp"
#include "tests/simulator/world/plans.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("a station that is down loses its sensors' connections, and they come back") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan down = planned_fault(FaultPlan::Kind::station_down, 2min, 3min);
    down.sensors = {0, 1};
    scenario.faults.push_back(down);
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min + 30s);
    CHECK(!run.world.sensor(0).is_connected());
    CHECK(!run.world.sensor(1).is_connected());
    CHECK(run.world.sensor(2).is_connected());
    const Verdict verdict = run.to_the_end();
    for (std::size_t sensor = 0; sensor < 4; ++sensor) CHECK(run.world.sensor(sensor).is_connected());
    CHECK(verdict.sensors.losses >= 2);
    CHECK(verdict.sensors.acknowledged < 240);
    CHECK(verdict.sensors.acknowledged >= 234);  // what was stored meanwhile came later
}

TEST_CASE("a link that changes loses more for a time, and is as before afterwards") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan worse = planned_fault(FaultPlan::Kind::link, 2min, 2min);
    worse.sensors = {0};
    worse.overlay = scenario.links[1];
    worse.overlay->loss = 0.5;
    scenario.faults.push_back(worse);
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min);
    CHECK(run.world.counters().datagrams_lost == 0);
    run.world.run_until(Instant{} + 4min);
    const std::uint64_t lost = run.world.counters().datagrams_lost;
    CHECK(lost > 0);
    run.to_the_end();
    CHECK(run.world.counters().datagrams_lost == lost);
}

TEST_CASE("of overlays that overlap the later one counts, and the earlier again when that one has ended") {
    Scenario scenario = small_plan(1, 0.0);
    FaultPlan dead = planned_fault(FaultPlan::Kind::link, 2min, 4min);
    dead.sensors = {0};
    dead.overlay = scenario.links[1];
    dead.overlay->loss = 1.0;
    FaultPlan clear = planned_fault(FaultPlan::Kind::link, 3min, 1min);
    clear.sensors = {0};
    clear.overlay = scenario.links[1];
    scenario.faults = {dead, clear};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 3min);
    CHECK(!run.world.sensor(0).is_connected());
    run.world.run_until(Instant{} + 4min);
    CHECK(run.world.sensor(0).is_connected());
    run.world.run_until(Instant{} + 5min);
    CHECK(!run.world.sensor(0).is_connected());
    run.to_the_end();
    CHECK(run.world.sensor(0).is_connected());
}

TEST_CASE("a partition between gateway and broker delays what is acknowledged and loses none of it") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan partition = planned_fault(FaultPlan::Kind::partition, 2min, 30s);
    partition.gateways = {0};
    scenario.faults.push_back(partition);
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(run.world.counters().segments_lost > 0);
    CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
    CHECK(verdict.sensors.acknowledged > 200);
}

TEST_CASE("a partition that outlasts the gateway's grace has sensors' wills published although they live: the net") {
    for (const Duration length : {Duration(30s), Duration(5min)}) {
        CAPTURE(length);
        Scenario scenario = small_plan(10, 0.0);
        for (SensorPlan& sensor : scenario.sensors)
            sensor.will = WillPlan{.topic = sensor.topic + "/state", .payload = "lost", .qos = 1};
        FaultPlan partition = planned_fault(FaultPlan::Kind::partition, 2min, length);
        partition.gateways = {0};
        scenario.faults.push_back(partition);
        PlannedRun run(std::move(scenario));
        const Verdict verdict = run.to_the_end();
        CHECK(verdict.violation_count == 0);
        CHECK((verdict.actors.at(0).wills != 0) == (length == 5min));
    }
}

TEST_CASE("an actor that is absent finds in its session what came meanwhile") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan absent = planned_fault(FaultPlan::Kind::actor_absent, 2min, 3min);
    absent.actors = {0};
    FaultPlan still_opening =
        planned_fault(FaultPlan::Kind::actor_absent, Duration(10ms), 10s);  // SYN+ACK has just come
    still_opening.actors = {0};
    scenario.faults = {absent, still_opening};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 4min);
    CHECK(run.world.broker().queue_length("scada") > 0);
    const Verdict verdict = run.to_the_end();
    CHECK(run.world.broker().queue_length("scada") == 0);
    CHECK(verdict.sensors.acknowledged == 240);
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
    CHECK(verdict.actors.at(0).connects == 2);
}

TEST_CASE("an actor that stalls gets everything on the same connection once it reads again") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan stall = planned_fault(FaultPlan::Kind::actor_stalled, 2min, 30s);
    stall.actors = {0};
    FaultPlan within = planned_fault(FaultPlan::Kind::actor_stalled, 2min + 10s, 5s);
    within.actors = {0};
    scenario.faults = {stall, within};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min + 29s);
    const std::size_t waiting = run.world.broker().queue_length("scada");
    CHECK(waiting > 0);
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
    CHECK(verdict.actors.at(0).connects == 1);
}

TEST_CASE("an actor that stalls for longer than its keep alive is taken for dead, and finds its session again") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan stall = planned_fault(FaultPlan::Kind::actor_stalled, 2min, 4min);
    stall.actors = {0};
    scenario.faults = {stall};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
    CHECK(verdict.actors.at(0).connects == 2);
    CHECK(verdict.actors.at(0).losses == 1);
}

TEST_CASE("partitions that overlap part until the last one has ended") {
    Scenario scenario = small_plan(2, 0.0);
    FaultPlan first = planned_fault(FaultPlan::Kind::partition, 2min, 30s);
    first.gateways = {0};
    FaultPlan second = planned_fault(FaultPlan::Kind::partition, 2min + 20s, 30s);
    second.gateways = {0};
    scenario.faults = {first, second};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min + 31s);
    const std::uint64_t lost = run.world.counters().segments_lost;
    run.world.run_until(Instant{} + 2min + 49s);
    CHECK(run.world.counters().segments_lost > lost);
    run.to_the_end();
}

TEST_CASE("sensors that lose their connections without a word come back by themselves") {
    Scenario scenario = small_plan(4, 0.0);
    FaultPlan silent = planned_fault(FaultPlan::Kind::disconnect, 2min, 0s);
    silent.sensors = {0, 1, 2};
    scenario.faults.push_back(silent);
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min);
    for (const std::size_t sensor : silent.sensors) CHECK(!run.world.sensor(sensor).is_connected());
    CHECK(run.world.sensor(3).is_connected());
    CHECK(run.world.gateway(0).sensor_count() == 4);  // it has heard nothing
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.sensors.connects == 4 + 3);
    CHECK(verdict.sensors.losses == 3);
    CHECK(verdict.sensors.acknowledged == 240);
}

TEST_CASE("a silent disconnect that lasts keeps its sensors away, and their wills go out") {
    Scenario scenario = small_plan(4, 0.0);
    for (SensorPlan& sensor : scenario.sensors)
        sensor.will = WillPlan{.topic = sensor.topic + "/state", .payload = "lost", .qos = 1};
    FaultPlan silent = planned_fault(FaultPlan::Kind::disconnect, 2min, 3min);
    silent.sensors = {0, 1};
    scenario.faults.push_back(silent);
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 4min + 59s);
    CHECK(!run.world.sensor(0).is_connected());
    CHECK(run.world.gateway(0).counters().wills_published == 2);
    const Verdict verdict = run.to_the_end();
    CHECK(run.world.sensor(0).is_connected());
    CHECK(verdict.actors.at(0).wills == 2);
}

namespace {

/// Four sensors of which the first two publish with plain MQTT, with wills.
Scenario mixed_plan() {
    Scenario scenario = small_plan(4, 0.0);
    for (SensorPlan& sensor : scenario.sensors)
        sensor.will = WillPlan{.topic = sensor.topic + "/state", .payload = "lost", .qos = 1};
    for (const std::size_t rtu : {0U, 1U}) {
        scenario.sensors[rtu].protocol = DeviceProtocol::mqtt5;
        scenario.sensors[rtu].clean_session = false;
        scenario.sensors[rtu].session_expiry = std::chrono::hours(1);
    }
    return scenario;
}

FaultPlan for_all(FaultPlan::Kind kind, Duration length) {
    FaultPlan fault = planned_fault(kind, 2min, length);
    fault.sensors = {0, 1, 2, 3};
    fault.gateways = {0};
    return fault;
}

std::uint64_t events_of(const Verdict& verdict, NamedEvent event) {
    return verdict.events[static_cast<std::size_t>(event)];
}

}  // namespace

TEST_CASE("devices that disconnect cleanly fire no will and come back") {
    Scenario scenario = mixed_plan();
    FaultPlan fault = for_all(FaultPlan::Kind::disconnect, 0s);
    fault.goodbye = FaultPlan::Goodbye::clean;
    fault.actors = {0};
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.sensors.connects == 8);
    CHECK(verdict.sensors.losses == 4);
    CHECK(verdict.actors.at(0).connects == 2);
    CHECK(verdict.actors.at(0).wills == 0);
    CHECK(verdict.sensors.acknowledged == 240);
    CHECK(events_of(verdict, NamedEvent::sensor_lost) == 0);
}

TEST_CASE("a connection that is reset is known to the broker at once: the will goes out") {
    Scenario scenario = mixed_plan();
    FaultPlan fault = for_all(FaultPlan::Kind::disconnect, 0s);
    fault.goodbye = FaultPlan::Goodbye::reset;
    fault.sensors = {0, 1};
    fault.actors = {0};
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min);
    CHECK(run.world.broker().client_count() == 2);  // the gateway's, for two sensors
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.actors.at(0).wills == 2);
    CHECK(verdict.actors.at(0).connects == 2);
    CHECK(verdict.sensors.acknowledged == 240);
}

TEST_CASE("a connect storm brings all back within its time, whatever their habits") {
    Scenario scenario = mixed_plan();
    for (SensorPlan& sensor : scenario.sensors) sensor.backoff = BackoffPlan{5min, 5min};
    FaultPlan fault = for_all(FaultPlan::Kind::connect_storm, 0s);
    fault.spread = 2s;
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 2min + 3s);
    CHECK(run.world.sensor(2).is_connected());
    CHECK(run.world.sensor(3).is_connected());
    CHECK(run.oracle.progress().sensors_connected == 4);
    run.to_the_end();
}

TEST_CASE("clients that the broker throws out come back, and their sessions with them") {
    Scenario scenario = mixed_plan();
    FaultPlan fault = for_all(FaultPlan::Kind::kick, 0s);
    fault.actors = {0};
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(events_of(verdict, NamedEvent::client_kicked) == 5);
    CHECK(verdict.actors.at(0).connects == 2);
    CHECK(verdict.sensors.acknowledged == 240);
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
}

TEST_CASE("of a sensor behind an aggregating gateway, the connection that it shares is thrown out, and comes back") {
    Scenario scenario = small_plan(4, 0.0);
    scenario.gateways[0].is_aggregating = true;
    scenario.faults = {for_all(FaultPlan::Kind::kick, 0s)};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 1min + 59s);
    const std::size_t shared = run.world.broker().client_count() - 1;  // without the actor's
    const Verdict verdict = run.to_the_end();
    CHECK(shared >= 1);
    CHECK(shared <= 4);
    CHECK(events_of(verdict, NamedEvent::client_kicked) == shared);
    CHECK(verdict.sensors.losses == 0);  // they do not notice
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
}

TEST_CASE("a broker that takes so many connections in a second lets the others wait, and loses none") {
    Scenario scenario = mixed_plan();
    scenario.broker.accept_per_s = 2;
    FaultPlan fault = for_all(FaultPlan::Kind::broker_restart, 5s);
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    run.world.run_until(Instant{} + 1s);
    CHECK(run.world.broker().client_count() <= 3);
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.sensors.acknowledged == 240);
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
}

TEST_CASE("connections that wait for a broker that stands still are taken afterwards") {
    Scenario scenario = mixed_plan();
    scenario.broker.accept_per_s = 1;
    for (SensorPlan& sensor : scenario.sensors) sensor.retry.limit = 20;  // for longer than it stands still
    FaultPlan storm = for_all(FaultPlan::Kind::connect_storm, 0s);
    storm.sensors = {0, 1};
    FaultPlan frozen = for_all(FaultPlan::Kind::broker_frozen, 20s);
    frozen.at = 2min + 500ms;
    scenario.faults = {storm, frozen};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.sensors.acknowledged == 240);
}

TEST_CASE("a gateway that keeps messages for a broker that is away, and one that has no room, are events") {
    for (const std::size_t room : {std::size_t{1'000}, std::size_t{0}}) {
        CAPTURE(room);
        Scenario scenario = small_plan(4, 0.0);
        scenario.gateways[0].limits.buffer_messages = room;
        FaultPlan fault = for_all(FaultPlan::Kind::broker_restart, 30s);
        scenario.faults = {fault};
        PlannedRun run(std::move(scenario));
        const Verdict verdict = run.to_the_end();
        CHECK((events_of(verdict, NamedEvent::gateway_buffered) > 0) == (room > 0));
        CHECK((events_of(verdict, NamedEvent::gateway_congested) > 0) == (room == 0));
    }
}

TEST_CASE("a surge brings more readings while it lasts") {
    Scenario scenario = mixed_plan();
    FaultPlan fault = for_all(FaultPlan::Kind::surge, 1min);
    fault.factor = 5;
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.sensors.offered >= 240 + 4 * 6 * 4 - 8);
    CHECK(verdict.sensors.offered <= 240 + 4 * 6 * 4 + 8);
}

TEST_CASE("a broker and a gateway that stand still go on where they were") {
    for (const FaultPlan::Kind kind : {FaultPlan::Kind::broker_frozen, FaultPlan::Kind::gateway_frozen}) {
        CAPTURE(static_cast<int>(kind));
        Scenario scenario = mixed_plan();
        scenario.faults = {for_all(kind, 20s)};
        PlannedRun run(std::move(scenario));
        run.world.run_until(Instant{} + 2min + 19s);
        const std::uint64_t delivered = run.oracle.progress().deliveries;
        run.world.run_until(Instant{} + 2min + 25s);
        CHECK(run.oracle.progress().deliveries > delivered + 4);
        const Verdict verdict = run.to_the_end();
        CHECK(verdict.ledgers.at(0).ledger.of(LossCause::unexplained) == 0);
        CHECK(verdict.sensors.acknowledged >= 230);
        CHECK(run.world.counters().broker_restarts == 0);
    }
}

TEST_CASE("a full disk keeps readings from being acknowledged, and none is lost") {
    for (const FaultPlan::Kind kind : {FaultPlan::Kind::broker_disk, FaultPlan::Kind::gateway_disk}) {
        CAPTURE(static_cast<int>(kind));
        Scenario scenario = mixed_plan();
        for (SensorPlan& sensor : scenario.sensors) sensor.qos = 2;  // which gateways store, too
        scenario.faults = {for_all(kind, 1min)};
        PlannedRun run(std::move(scenario));
        const Verdict verdict = run.to_the_end();
        CHECK(events_of(verdict, NamedEvent::disk_was_full) > 0);
        CHECK(verdict.ledgers.at(0).ledger.of(LossCause::unexplained) == 0);
        CHECK(verdict.sensors.acknowledged > 200);
    }
}

TEST_CASE("a partition one way stops what goes that way") {
    std::vector<std::uint64_t> passed;
    for (const FaultPlan::Direction direction : {FaultPlan::Direction::up, FaultPlan::Direction::down}) {
        Scenario scenario = mixed_plan();
        FaultPlan fault = for_all(FaultPlan::Kind::partition, 30s);
        fault.direction = direction;
        scenario.faults = {fault};
        PlannedRun run(std::move(scenario));
        run.world.run_until(Instant{} + 2min);
        const std::uint64_t before = run.oracle.progress().deliveries;
        run.world.run_until(Instant{} + 2min + 29s);
        passed.push_back(run.oracle.progress().deliveries - before);
        CHECK(run.to_the_end().sensors.acknowledged >= 230);
    }
    // What two of four devices send through the gateway reaches the broker, and only its answers do not come.
    CHECK(passed[1] == passed[0] + 2);
}

TEST_CASE("a gateway with two ways to the broker goes over to the other one while its first is cut, and back") {
    for (const auto way : {FaultPlan::BrokerWay::main, FaultPlan::BrokerWay::backup, FaultPlan::BrokerWay::all}) {
        CAPTURE(static_cast<int>(way));
        Scenario scenario = small_plan(4, 0.0);
        scenario.gateways.front().backup_link = 1;
        FaultPlan fault = planned_fault(FaultPlan::Kind::partition, 2min, 60s);
        fault.gateways = {0};
        fault.way = way;
        scenario.faults = {fault};
        PlannedRun run(std::move(scenario));
        run.world.run_until(Instant{} + 2min + 10s);  // two signs of life have been missed, connections have moved
        const std::uint64_t before = run.oracle.progress().deliveries;
        run.world.run_until(Instant{} + 2min + 50s);
        const std::uint64_t passed = run.oracle.progress().deliveries - before;
        CHECK(passed == (way == FaultPlan::BrokerWay::all ? 0 : 4 * 4));
        const Verdict verdict = run.to_the_end();
        CHECK(verdict.violation_count == 0);
        CHECK(verdict.ledgers.at(0).ledger.delivered >= verdict.sensors.acknowledged);
    }
}

TEST_CASE("a clock that is wrong shows in what readings say, and one that runs fast reports more often") {
    Scenario scenario = mixed_plan();
    FaultPlan fault = for_all(FaultPlan::Kind::skew, 8min);
    fault.offset = 5s;
    fault.drift_ppm = 100'000;
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.sensors.offered > 240 + 4 * 4);  // a tenth more in eight of ten minutes
    CHECK(verdict.sensors.offered < 240 + 4 * 6);
    CHECK(events_of(verdict, NamedEvent::clock_skewed) == 1);
}

TEST_CASE("a way that flaps is cut and heals, again and again") {
    Scenario scenario = mixed_plan();
    FaultPlan fault = planned_fault(FaultPlan::Kind::flap, 2min, 5min);
    for (int spell = 0; spell < 10; ++spell) fault.spells.push_back({2min + spell * 30s, 8s, {0, 2}, {}});
    fault.spells.push_back({2min + 4s, 8s, {}, {0}});
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(events_of(verdict, NamedEvent::link_flapped) == 11);
    CHECK(run.world.counters().datagrams_lost > 0);
    CHECK(verdict.ledgers.at(0).ledger.of(LossCause::unexplained) == 0);
}

namespace {

/// Two sensors that sleep for 30 s at a time and measure every 100 s, behind a gateway that trusts 10.0.0.0/8 or
/// nobody, and a fault that gives them another port in the third minute.
Scenario sleepers_that_move(bool are_trusted) {
    Scenario scenario = small_plan(2, 0.0);
    for (SensorPlan& sensor : scenario.sensors) {
        sensor.sample = 100s;
        sensor.clean_session = false;
        sensor.sleep = SleepPlan{30s, 1s};
        sensor.will = WillPlan{.topic = sensor.topic + "/state", .payload = "lost", .qos = 1};
    }
    if (are_trusted) scenario.gateways[0].trusted_networks = {{Address::v4(10, 0, 0, 0, 0), Network::mapped_bits + 8}};
    FaultPlan fault = for_all(FaultPlan::Kind::new_address, 0s);
    fault.sensors = {0, 1};
    scenario.faults = {fault};
    return scenario;
}

}  // namespace

TEST_CASE("sleepers whose address changes go on in a trusted network, and have to connect elsewhere") {
    for (const bool are_trusted : {true, false}) {
        for (const bool is_new_host : {false, true}) {
            CAPTURE(are_trusted);
            CAPTURE(is_new_host);
            Scenario scenario = sleepers_that_move(are_trusted);
            scenario.faults[0].is_new_host = is_new_host;
            const bool go_on = are_trusted && !is_new_host;  // a new host is in 11.0.0.0/8
            PlannedRun run(std::move(scenario));
            const Verdict verdict = run.to_the_end();
            CHECK(events_of(verdict, NamedEvent::address_changed) == 2);
            CHECK(events_of(verdict, NamedEvent::address_followed) == (go_on ? 2 : 0));
            CHECK(verdict.sensors.losses == (go_on ? 0 : 2));
            CHECK(verdict.actors.at(0).wills == 0);
            CHECK(verdict.sensors.acknowledged == verdict.sensors.offered);
            CHECK(verdict.ledgers.at(0).ledger.delivered == verdict.sensors.offered);
        }
    }
}

TEST_CASE("what is under way when a sensor's address changes, or comes from there first, has its cause") {
    Scenario scenario = small_plan(4, 0.0);
    for (SensorPlan& sensor : scenario.sensors) sensor.qos = 0;
    FaultPlan fault = for_all(FaultPlan::Kind::new_address, 0s);
    scenario.faults = {fault};
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(verdict.sensors.losses == 4);
    CHECK(verdict.ledgers.at(0).ledger.of(LossCause::connection_lost) >= 4);
    CHECK(verdict.ledgers.at(0).ledger.undelivered() == verdict.ledgers.at(0).ledger.of(LossCause::connection_lost));
}

TEST_CASE("what the gateway sends to an address of before is lost, and so is the connection of an RTU") {
    Scenario scenario = mixed_plan();
    FaultPlan fault = for_all(FaultPlan::Kind::new_address, 0s);
    scenario.faults = {fault, fault, fault};  // three in one instant
    PlannedRun run(std::move(scenario));
    const Verdict verdict = run.to_the_end();
    CHECK(events_of(verdict, NamedEvent::address_changed) == 12);
    CHECK(verdict.sensors.losses >= 4);
    CHECK(verdict.sensors.acknowledged == 240);
    CHECK(verdict.ledgers.at(0).ledger.delivered == 240);
}
