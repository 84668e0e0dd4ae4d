// Expectations about readings: how they reach an actor.

#include <algorithm>
#include <array>

#include "simulator/plan/durations.hpp"
#include "simulator/plan/link_lag.hpp"
#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::uint64_t most_messages = 1'000'000'000;

/// The formula is about packets that are lost one by one and answered before the next try.
void check_formula_link(const Field& of, const LinkProfile& link, const SensorPlan& sensor) {
    const std::string quoted = '"' + link.id + '"';
    if (link.bursts) of.complain("the formula is about independent losses; " + quoted + " has bursts");
    if (link.has_rate())
        of.complain("the formula is about independent losses; the queue before the rate of " + quoted + " may be full");
    if (link.duplicate > 0.0) of.complain("the formula counts each sending once; " + quoted + " duplicates packets");
    const Duration held_back = link.reorder > 0.0 ? link.reorder_by : Duration::zero();
    if (2 * (longest_delay(link) + held_back) >= sensor.retry.interval)
        of.complain("the formula is about answers that come before the next try; over " + quoted +
                    " they may take longer than the " + duration_text(sensor.retry.interval) + " of \"" + sensor.id +
                    '"');
}

/// One formula has one loss and one retry limit: sensors that differ would be a mixture.
void check_alike(const Field& of, const Draft& draft, const ExpectationPlan& plan) {
    const auto& sensors = draft.plan.sensors;
    const SensorPlan& first = sensors[plan.sensors.front()];
    const LinkProfile& link = draft.plan.links[first.field_link];
    for (const std::size_t at : plan.sensors) {
        const LinkProfile& other = draft.plan.links[sensors[at].field_link];
        check_formula_link(of, other, sensors[at]);
        const bool alike = sensors[at].retry.limit == first.retry.limit && other.loss == link.loss;
        if (!alike)
            of.complain("sensors with the same loss and retry limit are wanted; \"" + first.id + "\" and \"" +
                        sensors[at].id + "\" differ");
        if (sensors[at].qos != 1)
            of.complain("the formula is about QoS 1; \"" + sensors[at].id + "\" has " +
                        std::to_string(sensors[at].qos));
    }
}

void read_sensors_and_actor(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    read_sensors_of(expectation, draft, false, plan);
    plan.actor = one_actor(expectation.need("to"), draft);
    check_subscribed(expectation, draft, plan);
}

}  // namespace

void read_delivery(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
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
    read_sensors_and_actor(expectation, draft, plan);
    if (const auto qos = expectation.find("qos")) {
        const double wanted = qos->number(-1, 2);
        for (const std::size_t at : plan.sensors) {
            const SensorPlan& sensor = draft.plan.sensors[at];
            if (wanted != sensor.qos)
                qos->refuse("qos " + std::to_string(sensor.qos) + " is wanted, as \"" + sensor.id + "\" has");
        }
    }
    if (const auto lost = expectation.find("lost")) plan.lost_at_most = lost->natural(0, most_messages);
    if (const auto unexpected = expectation.find("unexpected"))
        plan.unexpected_at_most = unexpected->natural(0, most_messages);
    if (const auto ratio = expectation.find("dup_ratio")) {
        constexpr std::array<Key, 2> ratio_keys = {{{"max"}, {"min", false}}};
        ratio->allow(ratio_keys);
        plan.duplicate_ratio_at_most = ratio->need("max").number(0.0, 1000.0);
    }
}

void read_analytic(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
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
    expectation.need("formula").word(formulas, later);
    read_sensors_of(expectation, draft, false, plan);
    check_alike(expectation.need("of"), draft, plan);
    plan.actor = actor_of_to(expectation, draft);
    check_subscribed(expectation, draft, plan);
    if (const auto confidence = expectation.find("confidence")) {
        plan.confidence = confidence->number(0.0, 1.0);
        const auto& known = known_confidences;
        if (std::find(std::begin(known), std::end(known), plan.confidence) == std::end(known))
            confidence->refuse("0.9, 0.95, 0.99, 0.999 or 0.9999 is wanted");
    }
}

void read_exactly_once(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 4> keys = {{{"id"}, {"kind"}, {"of"}, {"to"}}};
    expectation.allow(keys);
    read_sensors_and_actor(expectation, draft, plan);
    for (const std::size_t at : plan.sensors) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        if (sensor.qos != 2)
            expectation.need("of").complain("sensors of qos 2 are wanted; \"" + sensor.id + "\" has " +
                                            std::to_string(sensor.qos));
        if (!subscribes(draft.plan.actors[plan.actor], sensor.topic, 2))
            expectation.need("to").complain("an actor that subscribes to \"" + sensor.topic +
                                            "\" with qos 2 is wanted");
        if (may_outlast_quarantine(draft.plan, at))
            expectation.need("of").complain("exactly once holds as long as copies lag less than the " +
                                            duration_text(msgid_quarantine) +
                                            " for which gateways remember a MsgId; on the link of \"" + sensor.id +
                                            "\" one may lag " + duration_text(longest_lag(draft.plan, at)));
    }
}

void read_ordered(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"kind"}, {"of"}, {"to"}, {"per"}}};
    constexpr std::array<std::string_view, 1> scopes = {"publisher+topic+qos"};
    expectation.allow(keys);
    if (const auto per = expectation.find("per")) per->word(scopes);
    read_sensors_and_actor(expectation, draft, plan);
    for (const std::size_t at : plan.sensors) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        if (sensor.qos < 1)
            expectation.need("of").complain("sensors of qos 1 or 2 are wanted; \"" + sensor.id + "\" has " +
                                            std::to_string(sensor.qos));
    }
}

void read_retained(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 4> keys = {{{"id"}, {"kind"}, {"of"}, {"to"}}};
    expectation.allow(keys);
    read_sensors_and_actor(expectation, draft, plan);
    for (const std::size_t at : plan.sensors) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        if (!sensor.retain || sensor.qos < 1)
            expectation.need("of").complain("sensors with \"retain\": true and qos 1 or 2 are wanted; \"" + sensor.id +
                                            "\" is none");
    }
}

void read_attributed(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 4> keys = {{{"id"}, {"kind"}, {"of"}, {"undelivered"}}};
    expectation.allow(keys);
    read_sensors_of(expectation, draft, true, plan);
    if (const auto share = expectation.find("undelivered")) plan.share = share->probability();
}

void read_latency(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 11> keys = {{{"id"},
                                           {"kind"},
                                           {"of"},
                                           {"to"},
                                           {"clock"},
                                           {"phase"},
                                           {"p99"},
                                           {"p50", false},
                                           {"p95", false},
                                           {"during", false},
                                           {"after", false}}};
    constexpr std::array<std::string_view, 2> clocks = {"intended", "sent"};
    constexpr std::array<std::string_view, 2> phases = {"run", "healthy"};
    expectation.allow(keys);
    read_sensors_of(expectation, draft, false, plan);
    plan.actor = actor_of_to(expectation, draft);
    check_subscribed(expectation, draft, plan);
    if (const auto clock = expectation.find("clock")) plan.from_intended = clock->word(clocks) == "intended";
    if (const auto phase = expectation.find("phase")) plan.healthy_only = phase->word(phases) == "healthy";
    plan.p99 = expectation.need("p99").duration(std::chrono::microseconds(1), std::chrono::hours(24));
}

}  // namespace trunkline::sim::reading
