#include "simulator/oracle/device_facts.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

Scenario one_sensor_and_actor() {
    Scenario scenario;
    scenario.run = 1h;
    SensorPlan sensor;
    sensor.group = "PT";
    sensor.topic = "nl/PS-1/pt/1";
    scenario.sensors.push_back(sensor);
    ActorPlan actor;
    actor.subscriptions.push_back({"nl/#", 1});
    scenario.actors.push_back(actor);
    return scenario;
}

ObserverFact message(std::string topic, std::string_view text) {
    const ByteView payload = as_byte_view(text);
    return ObserverMessage{std::move(topic), {payload.begin(), payload.end()}, false, false};
}

}  // namespace

TEST_CASE("what a sensor reports arrives in the books: each way in which a reading can end") {
    const Scenario scenario = one_sensor_and_actor();
    Oracle oracle(scenario);
    const std::vector<SensorFact> facts = {SensorConnected{},
                                           ReadingOffered{1, Instant{} + 1s},
                                           ReadingSent{1},
                                           ReadingAcknowledged{1, 2},
                                           ReadingOffered{2, Instant{} + 2s},
                                           ReadingSent{2},
                                           ReadingGivenUp{2, 4},
                                           SensorLost{},
                                           ReadingOffered{3, Instant{} + 3s},
                                           ReadingSent{3},
                                           ReadingRejected{3, 1},
                                           ReadingOffered{4, Instant{} + 4s},
                                           ReadingDropped{4, DropReason::not_connected},
                                           ReadingOffered{5, Instant{} + 5s},
                                           ReadingDropped{5, DropReason::replaced_by_newer}};
    tell_sensor_facts(oracle, 0, facts, Instant{} + 10s);
    const Verdict verdict = oracle.finish(Instant{} + 1h);
    CHECK(verdict.sensors.offered == 5);
    CHECK(verdict.sensors.acknowledged == 1);
    CHECK(verdict.sensors.gave_up == 1);
    CHECK(verdict.sensors.rejected == 1);
    CHECK(verdict.sensors.transmissions == 7);
    CHECK(verdict.sensors.connects == 1);
    CHECK(verdict.sensors.losses == 1);
}

TEST_CASE("what an observer reports: a reading is a delivery, anything else is unexpected") {
    const Scenario scenario = one_sensor_and_actor();
    const TopicIndex topics(scenario);
    Oracle oracle(scenario);
    const std::vector<ObserverFact> subscribed = {ObserverConnected{false}, ObserverSubscribed{}};
    tell_observer_facts(oracle, 0, topics, subscribed, Instant{});
    const std::vector<SensorFact> offered = {ReadingOffered{1, Instant{} + 1s}, ReadingSent{1}};
    tell_sensor_facts(oracle, 0, offered, Instant{} + 1s);
    const std::vector<ObserverFact> facts = {
        message("nl/PS-1/pt/1", R"({"n":1,"t":1000,"v":62,"u":"bar"})"), message("nl/PS-1/pt/1", "no reading"),
        message("nl/PS-1/other", R"({"n":1,"t":1000,"v":62,"u":"bar"})"), ObserverLost{}};
    tell_observer_facts(oracle, 0, topics, facts, Instant{} + 2s);
    const Verdict verdict = oracle.finish(Instant{} + 1h);
    CHECK(verdict.actors.at(0).deliveries == 1);
    CHECK(verdict.actors.at(0).unexpected == 2);
    CHECK(verdict.actors.at(0).connects == 1);
    CHECK(verdict.actors.at(0).losses == 1);
}
