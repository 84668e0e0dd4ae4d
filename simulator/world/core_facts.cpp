#include "simulator/world/core_facts.hpp"

namespace trunkline::sim {

namespace {

/// Nothing: the will is kept for the next process.
std::optional<SupervisionEnd> end_of(broker::CloseCause cause) {
    switch (cause) {
        case broker::CloseCause::client_disconnect:
            return SupervisionEnd::disconnected;
        case broker::CloseCause::keep_alive_timeout:
            return SupervisionEnd::expired;
        case broker::CloseCause::taken_over:
            return SupervisionEnd::replaced;
        case broker::CloseCause::server_shutdown:
            return std::nullopt;
        case broker::CloseCause::peer_closed:
        case broker::CloseCause::transport_error:
        case broker::CloseCause::protocol_error:
        case broker::CloseCause::connect_timeout:
        case broker::CloseCause::refused:
        case broker::CloseCause::authentication_failed:
        case broker::CloseCause::store_failing:
        case broker::CloseCause::overload:
        case broker::CloseCause::rate_exceeded:
        case broker::CloseCause::operator_request:
            return SupervisionEnd::connection_broken;
    }
    return std::nullopt;
}

SupervisionEnd end_of(gateway::SensorGone::Cause cause) {
    using Cause = gateway::SensorGone::Cause;
    switch (cause) {
        case Cause::disconnected:
            return SupervisionEnd::disconnected;
        case Cause::keep_alive_timeout:
            return SupervisionEnd::expired;
        case Cause::no_answer:
            return SupervisionEnd::no_answer;
        case Cause::replaced:
            return SupervisionEnd::replaced;
        case Cause::upstream_refused:
        case Cause::upstream_taken_over:
        case Cause::operator_request:  // no virtual run has operators
        case Cause::not_allowed:       // or lists of who is let in
        case Cause::displaced:         // or strangers
            return SupervisionEnd::refused;
    }
    return SupervisionEnd::refused;
}

LossCause loss_of(broker::DropCause cause) {
    switch (cause) {
        case broker::DropCause::queue_full_messages:
        case broker::DropCause::queue_full_bytes:
            return LossCause::queue_full;
        case broker::DropCause::not_connected_qos_0:
            return LossCause::subscriber_absent;
        case broker::DropCause::output_full_qos_0:
            return LossCause::output_full;
        case broker::DropCause::expired:
            return LossCause::expired;
        case broker::DropCause::packet_too_large:
            return LossCause::too_large;
        case broker::DropCause::session_ended:
            return LossCause::session_ended;
        case broker::DropCause::not_allowed:  // no virtual run has access rules
        case broker::DropCause::no_memory:    // or a limit of memory
            break;
    }
    return LossCause::unexplained;
}

}  // namespace

CoreFacts::CoreFacts(const Scenario& scenario, Oracle& oracle) : oracle_(oracle) {
    for (std::size_t index = 0; index < scenario.sensors.size(); ++index) {
        const SensorPlan& plan = scenario.sensors[index];
        (plan.protocol == DeviceProtocol::mqtt_sn ? sensors_ : rtus_).emplace(plan.id, index);
    }
    for (std::size_t index = 0; index < scenario.gateways.size(); ++index) {
        gateways_.emplace(scenario.gateways[index].id, index);
    }
    for (std::size_t index = 0; index < scenario.actors.size(); ++index) {
        actors_.emplace(scenario.actors[index].id, index);
    }
}

void CoreFacts::tell(std::span<const broker::Fact> facts, Instant now) {
    for (const broker::Fact& fact : facts) std::visit([&](const auto& f) { tell_one(f, now); }, fact);
}

void CoreFacts::tell(std::span<const gateway::Fact> facts, Instant now) {
    for (const gateway::Fact& fact : facts) std::visit([&](const auto& f) { tell_one(f, now); }, fact);
}

void CoreFacts::tell_one(const broker::ClientConnected& fact, Instant now) {
    if (const auto rtu = find(rtus_, fact.client_id)) oracle_.supervised(*rtu, now);
}

void CoreFacts::tell_one(const broker::ConnectionClosed& fact, Instant now) {
    const auto rtu = find(rtus_, fact.client_id);
    const auto end = end_of(fact.cause);
    if (rtu && end) oracle_.supervision_ended(*rtu, *end, now);
}

void CoreFacts::tell_one(const broker::MessageDropped& fact, Instant now) {
    if (const auto actor = find(actors_, fact.client_id))
        oracle_.dropped_by_broker(*actor, fact.topic, loss_of(fact.cause), now);
    else oracle_.command_dropped(fact.topic, now);  // on the way to a device, in whosever connection
}

void CoreFacts::tell_one(const gateway::SensorConnected& fact, Instant now) {
    if (const auto sensor = find(sensors_, fact.client_id)) oracle_.supervised(*sensor, now);
}

void CoreFacts::tell_one(const gateway::SensorGone& fact, Instant now) {
    if (const auto sensor = find(sensors_, fact.client_id)) oracle_.supervision_ended(*sensor, end_of(fact.cause), now);
}

void CoreFacts::tell_one(const gateway::UpstreamLost& fact, Instant now) {
    if (const auto sensor = find(sensors_, fact.client_id)) oracle_.upstream_lost(*sensor, now);
    else if (const auto gateway = find(gateways_, fact.client_id)) oracle_.own_upstream_lost(*gateway, now);
}

std::optional<std::size_t> CoreFacts::find(const Index& index, std::string_view client_id) {
    const auto found = index.find(client_id);
    if (found == index.end()) return std::nullopt;
    return found->second;
}

}  // namespace trunkline::sim
