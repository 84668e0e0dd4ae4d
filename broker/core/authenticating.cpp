// Who a client is: by its certificate, by user name and password, or nobody in particular.

#include <utility>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

using mqtt::ReasonCode;

/// A certificate's name goes before what CONNECT says: its issuer answers for it.
void Broker::authenticate(Connection& connection, const mqtt::Connect& packet, Instant now) {
    if (packet.properties.text(mqtt::PropertyId::authentication_method)) return begin_exchange(connection, packet);
    const AccessRules& access = access_of(connection.came_by);
    const AwaitingConnect awaiting = std::get<AwaitingConnect>(connection.state);
    if (!awaiting.user.empty()) return accept(connection, packet, awaiting.user, now);
    if (!packet.user_name && !packet.password) {
        if (access.allows_anonymous) return accept(connection, packet, std::nullopt, now);
        return refuse_unknown(connection, packet.version, ReasonCode::not_authorized, now);
    }
    // Without accounts nobody can be who they say they are: letting them in would look like authentication.
    if (!access.checks_passwords || !packet.user_name || !packet.password)
        return refuse_unknown(connection, packet.version, ReasonCode::bad_user_name_or_password, now);
    const AuthId id{static_cast<std::uint64_t>(connection.id)};  // a connection asks once
    std::vector<std::byte> password(packet.password->begin(), packet.password->end());
    const std::string& peer = connection.peer;
    auth_checks_.push_back({id, std::string(*packet.user_name), std::move(password), awaiting.give_up_at,
                            connection.came_by, peer.substr(0, peer.rfind(':'))});
    connection.state = AwaitingVerdict{awaiting.give_up_at, {}};
    make_pending(connection);  // it is not read until then
}

void Broker::refuse_unknown(Connection& connection, mqtt::ProtocolVersion version, ReasonCode reason, Instant now) {
    ++counters_.authentication_failed;
    refuse(connection, version, reason, now);
}

/// CONNECT, and what its client sent without waiting for CONNACK (§3.1.4), until the verdict is there. Since nothing
/// more is read, this is what one read brought; more than a packet may have is too much all the same.
void Broker::keep(Connection& connection, const mqtt::Frame& frame, Instant now) {
    std::vector<std::byte>& kept = std::get<AwaitingVerdict>(connection.state).kept;
    if (kept.size() + frame.size > settings_.maximum_packet_size) {
        ++counters_.connections_refused;
        answer_in_vain(connection, ReasonCode::quota_exceeded);
        return close(connection, CloseCause::refused, ReasonCode::quota_exceeded, {}, now);
    }
    const ByteView whole(frame.body.data() - (frame.size - frame.body.size()), frame.size);
    kept.insert(kept.end(), whole.begin(), whole.end());
}

void Broker::verified(AuthId id, AuthVerdict verdict, Instant now) {
    Connection* connection = connections_.find(ConnectionId{static_cast<std::uint64_t>(id)});
    if (connection == nullptr || connection->awaiting_verdict() == nullptr) return;  // it has gone meanwhile
    const std::vector<std::byte> kept = std::move(std::get<AwaitingVerdict>(connection->state).kept);
    ByteView rest = kept;
    const auto next = [&] {
        const mqtt::Frame frame = **mqtt::next_frame(rest, settings_.maximum_packet_size);
        rest = rest.subspan(frame.size);
        return frame;
    };
    // It was decoded when it came.
    const mqtt::Packet packet = *mqtt::decode(next(), mqtt::ProtocolVersion::v5);
    const auto& connect = std::get<mqtt::Connect>(packet);
    if (verdict == AuthVerdict::wrong) {
        // Of what it sent behind CONNECT nothing is looked at. [MQTT-3.1.4-6]
        refuse_unknown(*connection, connect.version, ReasonCode::bad_user_name_or_password, now);
    } else if (!is_refused(*connection, connect, now)) {  // which may have changed in the meantime
        accept(*connection, connect, std::string(*connect.user_name), now);
    }
    while (connection->closing() == nullptr && !rest.empty()) handle(*connection, next(), now);
    make_pending(*connection);
    arm(*connection);
}

std::vector<AuthCheck> Broker::take_auth_checks() { return std::exchange(auth_checks_, {}); }

}  // namespace trunkline::broker
