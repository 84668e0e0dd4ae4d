#pragma once
// What several kinds of expectation share: whom they are about, and the functions that read each kind.

#include <string>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

/// The sensors of "of"; all of them where it is left out and may be.
void read_sensors_of(const Field& expectation, const Draft& draft, bool may_be_left_out, ExpectationPlan& plan);
/// The one actor that the field's selector picks.
std::size_t one_actor(const Field& selector, const Draft& draft);
/// Whom readings are owed to: that actor, or the first of its team, who stands for all.
std::size_t owed_actor(const Field& selector, const Draft& draft);
/// The actor of "to", which may be left out when there is only one.
std::size_t actor_of_to(const Field& expectation, const Draft& draft);
/// Refuses sensors whose topic no filter of the actor matches: their expectation would hold or fail without meaning.
void check_subscribed(const Field& expectation, const Draft& draft, const ExpectationPlan& plan);
/// The fault that the key ("during", "after") names.
std::size_t fault_of(const Field& expectation, std::string_view key, const Draft& draft);
/// What of the run counts: "during" a fault, "after" one, or the "phase" that is healthy; at most one of them.
void read_span(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
/// Refuses sensors without a will, or with one whose topic no filter of the actor matches.
void check_wills_subscribed(const Field& expectation, const Draft& draft, const ExpectationPlan& plan);
/// At least this QoS of the actor's filters for a topic.
bool subscribes(const ActorPlan& actor, const std::string& topic, unsigned at_least_qos);

// about readings
void read_delivery(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_analytic(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_exactly_once(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_ordered(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_retained(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_attributed(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_latency(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_staleness(const Field& expectation, const Draft& draft, ExpectationPlan& plan);

// about the system
void read_will(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_session_expectation(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_queue(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_recovery(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_leak_located(const Field& expectation, const Draft& draft, ExpectationPlan& plan);
void read_events(const Field& expectation, const Draft& draft, ExpectationPlan& plan);

}  // namespace trunkline::sim::reading
