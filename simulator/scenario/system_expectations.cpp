// Expectations about the system: wills, sessions, queues, recovery, and what has to have happened at all.

#include <algorithm>
#include <array>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr Duration shortest_bound = std::chrono::milliseconds(1);
constexpr Duration longest_bound = std::chrono::hours(24);

/// "actor:scada", or "broker.session:scada": what waits for an actor waits in its session.
std::size_t queue_of(const Field& of, const Draft& draft) {
    constexpr std::string_view session = "broker.session:";
    const std::string selector = of.text();
    if (!selector.starts_with(session)) return one_actor(of, draft);
    const std::string_view name = std::string_view(selector).substr(session.size());
    for (std::size_t actor = 0; actor < draft.actor_names.size(); ++actor) {
        if (draft.actor_names[actor] == name) return actor;
    }
    of.complain("no actor is called \"" + std::string(name) + '"');
}

}  // namespace

void read_will(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 7> keys = {{{"id"}, {"kind"}, {"of"}, {"to"}, {"during"}, {"fires"}, {"within"}}};
    constexpr std::array<std::string_view, 2> numbers = {"once", "never"};
    expectation.allow(keys);
    read_sensors_of(expectation, draft, false, plan);
    plan.actor = actor_of_to(expectation, draft);
    plan.fault = fault_of(expectation, "during", draft);
    check_wills_subscribed(expectation, draft, plan);
    if (expectation.need("fires").word(numbers) == "never") plan.fires = ExpectationPlan::Fires::never;
    if (const auto within = expectation.find("within")) plan.within = within->duration(shortest_bound, longest_bound);
}

void read_session_expectation(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 5> keys = {{{"id"}, {"kind"}, {"of"}, {"after"}, {"present"}}};
    expectation.allow(keys);
    plan.actor = one_actor(expectation.need("of"), draft);
    plan.fault = fault_of(expectation, "after", draft);
    plan.present = expectation.need("present").boolean();
}

void read_queue(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"kind"}, {"of"}, {"during"}, {"max"}, {"phase", false}}};
    expectation.allow(keys);
    plan.actor = queue_of(expectation.need("of"), draft);
    if (expectation.find("during")) plan.fault = fault_of(expectation, "during", draft);
    plan.at_most = expectation.need("max").natural(0, 1'000'000'000);
}

void read_recovery(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 7> keys = {{{"id"}, {"kind"}, {"of"}, {"after"}, {"within"}, {"to"}, {"seen_by"}}};
    constexpr std::array<Key, 2> goals = {{{"connected"}, {"p99_x_baseline"}}};
    expectation.allow(keys);
    read_sensors_of(expectation, draft, true, plan);
    // Whoever never connects does not come back.
    std::erase_if(plan.sensors, [&](std::size_t sensor) { return draft.plan.sensors[sensor].qos < 0; });
    if (plan.sensors.empty()) expectation.complain("sensors that connect are wanted; with qos -1 none does");
    plan.fault = fault_of(expectation, "after", draft);
    const Field within = expectation.need("within");
    plan.within = within.duration(shortest_bound, longest_bound);
    const FaultPlan& fault = draft.plan.faults[*plan.fault];
    if (fault.ends() + plan.within > draft.plan.length())
        within.complain("a time that ends within the run is wanted; \"" + fault.id + "\" is over at " +
                        duration_text(fault.ends()) + " of " + duration_text(draft.plan.length()));
    const Field to = expectation.need("to");
    to.allow(goals);
    plan.share = to.need("connected").probability();
    const auto seen_by = expectation.find("seen_by");
    const auto factor = to.find("p99_x_baseline");
    if (!factor) {
        if (seen_by) seen_by->complain("it says for whom \"p99_x_baseline\" holds; leave it out, or set both");
        return;
    }
    plan.baseline_factor = factor->number(1.0, 1000.0);
    if (!seen_by && draft.plan.actors.size() != 1)
        to.complain("with \"p99_x_baseline\", \"seen_by\" is wanted: the actor to which the readings go");
    plan.actor = seen_by ? owed_actor(*seen_by, draft) : 0;
    check_subscribed(expectation, draft, plan);
    if (fault.ends() + plan.within >= draft.plan.sampling_ends())
        within.complain("a time that ends before sampling does is wanted with \"p99_x_baseline\"");
}

void read_events(const Field& expectation, const Draft&, ExpectationPlan& plan) {
    constexpr std::array<Key, 3> keys = {{{"id"}, {"kind"}, {"event"}}};
    expectation.allow(keys);
    const Field events = expectation.need("event");
    const std::vector<Field> all = events.items();
    if (all.empty()) events.complain("at least one event is wanted");
    for (const Field& event : all) {
        const std::string name = event.word(event_names);
        const auto found = std::find(event_names.begin(), event_names.end(), name);
        plan.events.push_back(static_cast<NamedEvent>(found - event_names.begin()));
    }
}

}  // namespace trunkline::sim::reading
