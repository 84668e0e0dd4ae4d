// Expectations about readings: how they reach an actor.

#include <algorithm>
#include <array>

#include "simulator/oracle/causes.hpp"
#include "simulator/plan/durations.hpp"
#include "simulator/plan/link_damage.hpp"
#include "simulator/plan/link_lag.hpp"
#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::uint64_t most_messages = 1'000'000'000;

void read_sensors_and_actor(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    read_sensors_of(expectation, draft, false, plan);
    plan.actor = owed_actor(expectation.need("to"), draft);
    check_subscribed(expectation, draft, plan);
}

/// All undelivered readings count then, but those with one of these causes.
void read_excepted(const Field& except, ExpectationPlan& plan) {
    std::array<std::string_view, loss_cause_count> names;
    for (std::size_t cause = 0; cause < loss_cause_count; ++cause)
        names[cause] = name_of(static_cast<LossCause>(cause));
    plan.counts_all_undelivered = true;
    for (const Field& cause : except.items()) {
        const std::string name = cause.word(names);
        plan.excepted |= 1U << static_cast<unsigned>(std::find(names.begin(), names.end(), name) - names.begin());
    }
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
                                           {"except"},
                                           {"during"},
                                           {"after"},
                                           {"phase"}}};
    expectation.allow(keys);
    read_sensors_and_actor(expectation, draft, plan);
    read_span(expectation, draft, plan);
    if (const auto except = expectation.find("except")) read_excepted(*except, plan);
    if (const auto qos = expectation.find("qos")) {
        const double wanted = qos->number(-1, 2);
        for (const std::size_t at : plan.sensors) {
            const SensorPlan& sensor = draft.plan.sensors[at];
            if (wanted != sensor.qos)
                qos->refuse("qos " + std::to_string(sensor.qos) + " is wanted, as \"" + sensor.id + "\" has");
        }
    }
    if (const auto lost = expectation.find("lost")) plan.lost_at_most = lost->natural(0, most_messages);
    for (const std::string_view key : {"unexpected", "dup_ratio"}) {
        const auto bound = expectation.find(key);
        if (bound && plan.span != ExpectationPlan::Span::run)
            bound->complain(
                "it is counted over the whole run; an expectation without \"during\", \"after\" and "
                "\"phase\" is wanted for it");
    }
    if (const auto unexpected = expectation.find("unexpected"))
        plan.unexpected_at_most = unexpected->natural(0, most_messages);
    if (const auto ratio = expectation.find("dup_ratio")) {
        constexpr std::array<Key, 2> ratio_keys = {{{"max"}, {"min", false}}};
        ratio->allow(ratio_keys);
        plan.duplicate_ratio_at_most = ratio->need("max").number(0.0, 1000.0);
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
        if (may_arrive_damaged(draft.plan, at))
            expectation.need("of").complain("exactly once needs a checksum; the link of \"" + sensor.id +
                                            "\" has \"checksum\": false");
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

}  // namespace trunkline::sim::reading
