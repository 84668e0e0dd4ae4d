// "expect": what must have held when the run is over.

#include <algorithm>
#include <array>

#include "protocol/mqtt/topic_filter.hpp"
#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::array<std::string_view, 2> available_kinds = {"delivery", "analytic"};
constexpr std::array<std::string_view, 14> later_kinds = {
    "exactly-once", "ordered",  "will",      "latency", "session",      "queue",      "recovery",
    "staleness",    "retained", "sometimes", "always",  "leak-located", "attributed", "never"};

std::size_t one_actor(const Field& to, const Draft& draft) {
    const std::vector<std::size_t> actors = draft.actor_names.select(to);
    if (actors.size() != 1) to.complain("one actor is wanted, " + std::to_string(actors.size()) + " match");
    return actors.front();
}

/// An expectation about readings that the actor has not asked for would hold or fail without meaning.
void check_subscribed(const Field& of, const Draft& draft, const ExpectationPlan& plan) {
    const ActorPlan& actor = draft.plan.actors[plan.actor];
    for (const std::size_t at : plan.sensors) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        const bool matches = std::any_of(
            actor.subscriptions.begin(), actor.subscriptions.end(),
            [&sensor](const SubscriptionPlan& each) { return mqtt::topic_matches(each.filter, sensor.topic); });
        if (!matches)
            of.complain("\"" + sensor.id + "\" publishes to \"" + sensor.topic + "\", which no filter of actor \"" +
                        actor.id + "\" matches");
    }
}

void read_delivery(const Field& expectation, Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 12> keys = {{{"id"},
                                           {"kind"},
                                           {"of"},
                                           {"to"},
                                           {"qos"},
                                           {"lost"},
                                           {"unexpected"},
                                           {"dup_ratio"},
                                           {"except", false},
                                           {"during", false},
                                           {"after", false},
                                           {"phase", false}}};
    expectation.allow(keys);
    plan.kind = ExpectationPlan::Kind::delivery;
    const Field of = expectation.need("of");
    plan.sensors = draft.sensor_names.select(of);
    plan.actor = one_actor(expectation.need("to"), draft);
    check_subscribed(of, draft, plan);
    if (const auto qos = expectation.find("qos"); qos && qos->number(-1, 2) != 1.0)
        qos->refuse("qos 1 is wanted, as the sensors have");
    if (const auto lost = expectation.find("lost")) plan.lost_at_most = lost->natural(0, 1'000'000'000);
    if (const auto unexpected = expectation.find("unexpected"))
        plan.unexpected_at_most = unexpected->natural(0, 1'000'000'000);
    if (const auto ratio = expectation.find("dup_ratio")) {
        constexpr std::array<Key, 2> ratio_keys = {{{"max"}, {"min", false}}};
        ratio->allow(ratio_keys);
        plan.duplicate_ratio_at_most = ratio->need("max").number(0.0, 1000.0);
    }
}

/// One formula has one loss and one retry limit: sensors that differ would be a mixture.
void check_alike(const Field& of, const Draft& draft, const ExpectationPlan& plan) {
    const auto& sensors = draft.plan.sensors;
    const SensorPlan& first = sensors[plan.sensors.front()];
    for (const std::size_t at : plan.sensors) {
        const bool alike = sensors[at].retry.limit == first.retry.limit &&
                           draft.plan.links[sensors[at].field_link].loss == draft.plan.links[first.field_link].loss;
        if (!alike)
            of.complain("sensors with the same loss and retry limit are wanted; \"" + first.id + "\" and \"" +
                        sensors[at].id + "\" differ");
    }
}

void read_analytic(const Field& expectation, Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 9> keys = {{{"id"},
                                          {"kind"},
                                          {"formula"},
                                          {"of"},
                                          {"to"},
                                          {"confidence"},
                                          {"during", false},
                                          {"after", false},
                                          {"phase", false}}};
    constexpr std::array<std::string_view, 1> formulas = {"sn-qos1"};
    constexpr std::array<std::string_view, 1> later = {"sn-qos2"};
    expectation.allow(keys);
    plan.kind = ExpectationPlan::Kind::analytic;
    expectation.need("formula").word(formulas, later);
    const Field of = expectation.need("of");
    plan.sensors = draft.sensor_names.select(of);
    check_alike(of, draft, plan);
    if (const auto to = expectation.find("to")) plan.actor = one_actor(*to, draft);
    else if (draft.plan.actors.size() == 1) plan.actor = 0;
    else
        expectation.complain(
            "the key \"to\" is missing; it may be left out only when there is one actor, and there are " +
            std::to_string(draft.plan.actors.size()));
    check_subscribed(of, draft, plan);
    if (const auto confidence = expectation.find("confidence")) {
        plan.confidence = confidence->number(0.0, 1.0);
        const auto& known = known_confidences;
        if (std::find(std::begin(known), std::end(known), plan.confidence) == std::end(known))
            confidence->refuse("0.9, 0.95, 0.99, 0.999 or 0.9999 is wanted");
    }
}

}  // namespace

void read_expectations(const Field& expectations, Draft& draft) {
    for (const Field& expectation : expectations.items()) {
        ExpectationPlan plan;
        const Field id = expectation.need("id");
        plan.id = id.name();
        draft.expectation_names.add(id, plan.id);
        if (expectation.need("kind").word(available_kinds, later_kinds) == "delivery")
            read_delivery(expectation, draft, plan);
        else read_analytic(expectation, draft, plan);
        draft.plan.expectations.push_back(std::move(plan));
    }
}

}  // namespace trunkline::sim::reading
