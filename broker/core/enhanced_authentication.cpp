// Enhanced authentication (5.0 §4.12): AUTH packets until CONNACK, and re-authentication behind it. What the data mean
// is asked outside.

#include <memory>
#include <utility>

#include "broker/core/broker.hpp"
#include "broker/core/problem.hpp"

namespace trunkline::broker {

using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;
using Turn = AuthExchange::Turn;

namespace {

std::vector<std::byte> data_of(const mqtt::Properties& properties) {
    const ByteView data = as_byte_view(properties.text(PropertyId::authentication_data).value_or(std::string_view()));
    return {data.begin(), data.end()};
}

/// What is wrong with an AUTH of the client; nothing: it may be looked at.
std::optional<mqtt::ProtocolError> wrong_with(const mqtt::Auth& packet, const AuthExchange& exchange,
                                              bool is_connected) {
    const auto error = [](std::string_view clause) { return mqtt::ProtocolError{ReasonCode::protocol_error, clause}; };
    const std::optional<std::string_view> method = packet.properties.text(PropertyId::authentication_method);
    if (!method) return error("§3.15.2.2.2");
    if (*method != exchange.method) return error(is_connected ? "MQTT-4.12.1-1" : "MQTT-4.12.0-5");
    if (packet.reason == ReasonCode::success) return error("§3.15.2.1");  // for servers to say
    if (packet.reason == ReasonCode::re_authenticate)
        return is_connected && exchange.turn == Turn::nobody ? std::nullopt : std::optional(error("§4.12.1"));
    return exchange.turn == Turn::client ? std::nullopt : std::optional(error("MQTT-4.12.0-3"));
}

mqtt::Auth auth_packet(ReasonCode reason, const AuthExchange& exchange, ByteView data,
                       mqtt::PropertyBuilder& properties) {
    properties.text(PropertyId::authentication_method, exchange.method);  // [MQTT-4.12.0-5]
    if (!data.empty()) properties.text(PropertyId::authentication_data, as_text(data));
    return {reason, properties.view()};
}

}  // namespace

/// The client's first message stands in CONNECT.
void Broker::begin_exchange(Connection& connection, const mqtt::Connect& packet) {
    AwaitingConnect awaiting = std::get<AwaitingConnect>(connection.state);
    const std::string_view method = *packet.properties.text(PropertyId::authentication_method);
    auto exchange = std::make_unique<AuthExchange>(AuthExchange{std::string(method)});
    exchange->user = std::move(awaiting.user);  // a certificate's: who has one cannot be somebody else
    connection.state = AwaitingVerdict{awaiting.give_up_at, {}, std::move(exchange)};
    ask(connection, data_of(packet.properties));
}

void Broker::ask(Connection& connection, std::vector<std::byte> data) {
    AuthExchange& exchange = *connection.exchange();
    exchange.turn = Turn::broker;
    const AuthId id{static_cast<std::uint64_t>(connection.id)};
    auth_steps_.push_back(
        {id, connection.came_by, exchange.method, std::move(data), std::exchange(exchange.so_far, {})});
    make_pending(connection);  // until CONNACK it is read only when it is the client's turn
}

/// Between CONNECT and CONNACK nothing but AUTH and DISCONNECT may come. [MQTT-3.1.2-30]
void Broker::handle_in_exchange(Connection& connection, const mqtt::Frame& frame, Instant now) {
    const mqtt::Decoded<mqtt::Packet> packet = decoded(frame, ProtocolVersion::v5);
    if (!packet) return protocol_error(connection, packet.error(), now);
    if (const auto* disconnect = std::get_if<mqtt::Disconnect>(&*packet))
        return close(connection, CloseCause::client_disconnect, disconnect->reason, {}, now);
    const auto* auth = std::get_if<mqtt::Auth>(&*packet);
    if (auth == nullptr) return protocol_error(connection, {ReasonCode::protocol_error, "MQTT-3.1.2-30"}, now);
    const AuthExchange& exchange = *connection.exchange();
    if (const auto wrong = wrong_with(*auth, exchange, false)) return protocol_error(connection, *wrong, now);
    ask(connection, data_of(auth->properties));
}

/// Behind CONNACK; what else the client sends meanwhile is done as before. (§4.12.1)
void Broker::handle(Connection& connection, const mqtt::Auth& packet, Instant now) {
    AuthExchange* exchange = connection.exchange();
    // Without an Authentication Method in CONNECT there is nothing to continue. [MQTT-4.12.0-6] [MQTT-4.12.0-7]
    if (exchange == nullptr) return protocol_error(connection, {ReasonCode::protocol_error, "MQTT-4.12.0-7"}, now);
    if (const auto wrong = wrong_with(packet, *exchange, true)) return protocol_error(connection, *wrong, now);
    if (exchange->turn == Turn::nobody) exchange->give_up_at = now + settings_.connect_timeout;
    ask(connection, data_of(packet.properties));
}

void Broker::auth_answered(AuthId id, AuthAnswer answer, Instant now) {
    Connection* connection = connections_.find(ConnectionId{static_cast<std::uint64_t>(id)});
    if (connection == nullptr) return;  // it has gone meanwhile
    AuthExchange* exchange = connection->exchange();
    if (exchange == nullptr || exchange->turn != Turn::broker) return;
    if (answer.outcome == AuthAnswer::Outcome::right && !exchange->user.empty() && exchange->user != answer.user)
        answer.outcome = AuthAnswer::Outcome::wrong;  // somebody else than it said before
    if (answer.outcome == AuthAnswer::Outcome::go_on) exchange->so_far = std::move(answer.so_far);
    if (connection->connected() != nullptr) answer_connected(*connection, answer, now);
    else answer_connecting(*connection, answer, now);
    make_pending(*connection);
    arm(*connection);
}

void Broker::answer_connecting(Connection& connection, AuthAnswer& answer, Instant now) {
    AwaitingVerdict& awaiting = std::get<AwaitingVerdict>(connection.state);
    AuthExchange& exchange = *awaiting.exchange;
    const std::vector<std::byte> kept = awaiting.kept;  // which accepting forgets
    const mqtt::Frame frame = **mqtt::next_frame(kept, settings_.maximum_packet_size);
    const mqtt::Packet packet = *mqtt::decode(frame, ProtocolVersion::v5);  // as when it came
    const auto& connect = std::get<mqtt::Connect>(packet);
    if (answer.outcome == AuthAnswer::Outcome::wrong)
        return refuse_unknown(connection, connect.version, ReasonCode::not_authorized, now);  // [MQTT-4.12.0-4]
    if (answer.outcome == AuthAnswer::Outcome::right) {
        if (is_refused(connection, connect, now)) return;  // which may have changed in the meantime
        exchange.turn = Turn::nobody;
        exchange.user = answer.user;
        exchange.last = std::move(answer.data);
        return accept(connection, connect, std::move(answer.user), now);
    }
    mqtt::PropertyBuilder properties;
    const mqtt::Auth next = auth_packet(ReasonCode::continue_authentication, exchange, answer.data, properties);
    const std::uint32_t largest = connect.properties.number(PropertyId::maximum_packet_size).value_or(0);
    if (largest != 0 && mqtt::encoded_size(next, connect.version) > largest)  // [MQTT-3.1.2-24]
        return refuse(connection, connect.version, ReasonCode::packet_too_large, now);
    exchange.turn = Turn::client;
    output_bytes_ += connection.lanes.add_gated(next, connect.version, no_ticket);  // [MQTT-4.12.0-2]
}

void Broker::answer_connected(Connection& connection, const AuthAnswer& answer, Instant now) {
    AuthExchange& exchange = *connection.exchange();
    if (answer.outcome == AuthAnswer::Outcome::wrong) {
        ++counters_.authentication_failed;
        return close(connection, CloseCause::authentication_failed, ReasonCode::not_authorized, "MQTT-4.12.1-2", now);
    }
    const bool is_done = answer.outcome == AuthAnswer::Outcome::right;
    exchange.turn = is_done ? Turn::nobody : Turn::client;
    if (is_done) exchange.give_up_at.reset();
    mqtt::PropertyBuilder properties;
    const ReasonCode reason = is_done ? ReasonCode::success : ReasonCode::continue_authentication;
    const mqtt::Auth next = auth_packet(reason, exchange, answer.data, properties);
    if (!fits(*connection.connected(), next))
        return close(connection, CloseCause::protocol_error, ReasonCode::packet_too_large, "MQTT-3.1.2-24", now);
    send_free(connection, next);
}

std::vector<AuthStep> Broker::take_auth_steps() { return std::exchange(auth_steps_, {}); }

}  // namespace trunkline::broker
