#include "simulator/scenario/expectation_fields.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::sim::reading {

void read_sensors_of(const Field& expectation, const Draft& draft, bool may_be_left_out, ExpectationPlan& plan) {
    const auto of = expectation.find("of");
    if (of || !may_be_left_out) {
        plan.sensors = draft.sensor_names.select(expectation.need("of"));
        return;
    }
    plan.sensors.resize(draft.sensor_names.size());
    std::iota(plan.sensors.begin(), plan.sensors.end(), std::size_t{0});
}

std::size_t one_actor(const Field& selector, const Draft& draft) {
    const std::vector<std::size_t> actors = draft.actor_names.select(selector);
    // A team is one: its first member stands for it.
    const auto& team = draft.plan.actors[actors.front()].team;
    const bool is_team = team && actors.size() > 1 && std::all_of(actors.begin(), actors.end(), [&](std::size_t at) {
                             return draft.plan.actors[at].team == team;
                         });
    if (is_team) return *team;
    if (actors.size() != 1) selector.complain("one actor is wanted, " + std::to_string(actors.size()) + " match");
    return actors.front();
}

std::size_t owed_actor(const Field& selector, const Draft& draft) {
    const std::size_t actor = one_actor(selector, draft);
    return draft.plan.actors[actor].team.value_or(actor);
}

std::size_t actor_of_to(const Field& expectation, const Draft& draft) {
    if (const auto to = expectation.find("to")) return owed_actor(*to, draft);
    if (draft.plan.actors.size() != 1)
        expectation.complain(
            "the key \"to\" is missing; it may be left out only when there is one actor, and there are " +
            std::to_string(draft.plan.actors.size()));
    return 0;
}

bool subscribes(const ActorPlan& actor, const std::string& topic, unsigned at_least_qos) {
    return std::any_of(actor.subscriptions.begin(), actor.subscriptions.end(), [&](const SubscriptionPlan& each) {
        return each.qos >= at_least_qos && mqtt::topic_matches(each.filter, topic);
    });
}

void check_subscribed(const Field& expectation, const Draft& draft, const ExpectationPlan& plan) {
    const ActorPlan& actor = draft.plan.actors[plan.actor];
    for (const std::size_t at : plan.sensors) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        if (!subscribes(actor, sensor.topic, 0))
            expectation.find("of")
                .value_or(expectation)
                .complain("\"" + sensor.id + "\" publishes to \"" + sensor.topic + "\", which no filter of actor \"" +
                          actor.id + "\" matches");
    }
}

std::size_t fault_of(const Field& expectation, std::string_view key, const Draft& draft) {
    return draft.fault_names.index_of(expectation.need(key));
}

void read_span(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    using Span = ExpectationPlan::Span;
    constexpr std::array<std::string_view, 2> phases = {"run", "healthy"};
    const auto phase = expectation.find("phase");
    const auto during = expectation.find("during");
    const auto after = expectation.find("after");
    if ((phase && (during || after)) || (during && after))
        expectation.complain("one of \"during\", \"after\" and \"phase\" is wanted at most");
    if (phase && phase->word(phases) == "healthy") plan.span = Span::healthy;
    if (!during && !after) return;
    plan.span = during ? Span::during : Span::after;
    plan.fault = draft.fault_names.index_of(during ? *during : *after);
    if (during && draft.plan.faults[*plan.fault].length == Duration::zero())
        during->complain("a fault that lasts is wanted; \"" + during->text() + "\" is a moment");
}

void check_wills_subscribed(const Field& expectation, const Draft& draft, const ExpectationPlan& plan) {
    const ActorPlan& actor = draft.plan.actors[plan.actor];
    for (const std::size_t at : plan.sensors) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        if (!sensor.will)
            expectation.need("of").complain("sensors with a will are wanted; \"" + sensor.id + "\" has none");
        if (!subscribes(actor, sensor.will->topic, 0))
            expectation.need("of").complain("the will of \"" + sensor.id + "\" goes to \"" + sensor.will->topic +
                                            "\", which no filter of actor \"" + actor.id + "\" matches");
    }
}

}  // namespace trunkline::sim::reading
