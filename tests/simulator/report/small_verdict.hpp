#pragma once
// A verdict with one of everything.

#include <string_view>

#include "simulator/oracle/verdict.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

using namespace std::chrono_literals;

inline Scenario small_plan() {
    Scenario scenario;
    scenario.name = "small";
    scenario.seed = 7;
    scenario.run = 10min;
    scenario.drain = 2min;
    scenario.sensors.resize(2);
    scenario.sensors[0].id = "PT@PS-1-1";
    scenario.sensors[1].id = "PT@PS-1-2";
    scenario.gateways.resize(1);
    scenario.actors.resize(1);
    scenario.actors[0].id = "scada";
    scenario.expectations.resize(1);
    scenario.expectations[0].id = "E1";
    scenario.expectations[0].sensors = {0, 1};
    return scenario;
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

inline Verdict small_verdict() {
    Verdict verdict;
    verdict.ended_at = Instant(12min);
    verdict.sensors.offered = 1000;
    verdict.sensors.to_acknowledge = 990;
    verdict.sensors.acknowledged = 980;
    verdict.sensors.gave_up = 15;
    verdict.sensors.transmissions = 1536;
    GroupLedger row;
    row.group = "PT";
    row.sensors = 2;
    row.ledger.offered = 1000;
    row.ledger.delivered = 995;
    row.ledger.duplicates = 230;
    row.ledger.causes[static_cast<std::size_t>(LossCause::retries_exhausted)] = 5;
    verdict.ledgers = {row};
    ActorFigures scada;
    scada.deliveries = 1225;
    scada.duplicates = 230;
    scada.connects = 1;
    for (int at = 1; at <= 100; ++at) {
        scada.from_intended.add(std::chrono::milliseconds(60 + at));
        scada.from_sent.add(std::chrono::milliseconds(60));
    }
    verdict.actors = {scada};
    ExpectationResult expectation;
    expectation.id = "E1";
    expectation.readings = 1000;
    expectation.measures = {{"lost", 0.0, std::nullopt, std::nullopt, 0.0, true},
                            {"delivered", 0.995, 0.9984, 0.99, 0.999, true}};
    verdict.expectations = {expectation};
    return verdict;
}

}  // namespace trunkline::sim
