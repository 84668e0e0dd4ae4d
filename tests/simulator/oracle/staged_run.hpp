#pragma once
// A run played by hand: two sensors, two actors, and an oracle that looks on.

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

using namespace std::chrono_literals;

/// Of the first expectation.
inline const Measure& measure(const Verdict& verdict, std::string_view name) {
    for (const Measure& each : verdict.expectations.at(0).measures) {
        if (each.name == name) return each;
    }
    throw std::logic_error("no such measure");
}

inline Scenario staged_scenario() {
    Scenario scenario;
    scenario.name = "staged";
    scenario.seed = 7;
    scenario.run = 10min;
    scenario.drain = 1min;
    LinkProfile link;
    link.id = "radio";
    link.loss = 0.2;
    scenario.links = {link};
    for (const char* id : {"PT@PS-1-1", "PT@PS-1-2"}) {
        SensorPlan sensor;
        sensor.id = id;
        sensor.group = "PT";
        sensor.topic = std::string("line/") + id;
        scenario.sensors.push_back(sensor);
    }
    ActorPlan scada;  // with a session that outlives its connection for an hour
    scada.id = "scada";
    scada.clean_session = false;
    scada.session_expiry = 1h;
    scada.subscriptions = {{"line/#", 1}};
    ActorPlan panel;  // sees the second sensor only, and keeps nothing
    panel.id = "panel";
    panel.subscriptions = {{"line/PT@PS-1-2", 1}};
    scenario.actors = {scada, panel};
    return scenario;
}

constexpr std::size_t first_sensor = 0;
constexpr std::size_t second_sensor = 1;
constexpr std::size_t scada = 0;
constexpr std::size_t panel = 1;

struct StagedRun {
    explicit StagedRun(Scenario plan = staged_scenario()) : scenario(std::move(plan)), oracle(scenario) {
        for (std::size_t actor = 0; actor < scenario.actors.size(); ++actor) {
            oracle.actor_connected(actor, false, at(0s));
            oracle.actor_subscribed(actor, at(0s));
        }
    }
    static Instant at(Duration since_start) { return Instant(since_start); }

    void offer_and_send(ReadingKey key, Duration when) {
        oracle.offered(key, at(when));
        oracle.sent(key, at(when));
    }
    void acknowledge(ReadingKey key, Duration when, unsigned transmissions = 1) {
        oracle.transmissions(key, transmissions);
        oracle.acknowledged(key, at(when));
    }
    /// The ordinary story: a second to scada, two to the acknowledgement.
    void succeed(ReadingKey key, Duration when) {
        offer_and_send(key, when);
        oracle.delivered(scada, key, {}, at(when + 1s));
        acknowledge(key, when + 2s);
    }
    void give_up(ReadingKey key, Duration when, unsigned transmissions = 4) {
        oracle.transmissions(key, transmissions);
        oracle.gave_up(key, at(when));
    }
    Verdict finish(Duration when = 11min) const { return oracle.finish(at(when)); }

    /// The row of the first sensors' group and an actor.
    static Ledger ledger(const Verdict& verdict, std::size_t actor) {
        for (const GroupLedger& row : verdict.ledgers) {
            if (row.actor == actor) return row.ledger;
        }
        return {};
    }

    Scenario scenario;
    Oracle oracle;
};

}  // namespace trunkline::sim
