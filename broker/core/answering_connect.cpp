// CONNACK, whether it accepts or refuses.

#include <string>
#include <utility>

#include "broker/core/broker.hpp"
#include "broker/core/problem.hpp"
#include "protocol/mqtt/reason_codes.hpp"

namespace trunkline::broker {

using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::ReasonCode;

void Broker::refuse(Connection& connection, ProtocolVersion version, ReasonCode reason, Instant now) {
    ++counters_.connections_refused;
    ++counters_.connections_refused_for[static_cast<std::uint8_t>(reason)];
    answer_refused(connection, version, reason);
    close(connection, CloseCause::refused, reason, {}, now);
}

/// 3.1.1 [MQTT-3.2.2-6]: where no return code fits, nothing is sent.
void Broker::answer_refused(Connection& connection, ProtocolVersion version, ReasonCode reason) {
    if (version != ProtocolVersion::v5 && !mqtt::connack_return_code(reason)) return;
    mqtt::ConnAck connack;
    connack.reason = reason;
    mqtt::PropertyBuilder properties;
    if (names_other_server(reason) && !settings_.server_reference.empty())
        connack.properties = properties.text(PropertyId::server_reference, settings_.server_reference).view();
    output_bytes_ += connection.lanes.add_gated(connack, version, no_ticket);
    ++counters_.packets_sent;
}

/// A CONNECT that has not been answered yet, since it is being found out who its client is, is answered with what ends
/// the wait, in the words of CONNACK. (§4.13.1)
void Broker::answer_in_vain(Connection& connection, ReasonCode reason) {
    const AwaitingVerdict* awaiting = connection.awaiting_verdict();
    if (awaiting == nullptr || awaiting->kept.empty())
        return;  // taken out: the verdict is there, and speaks for itself
    const std::optional<ProtocolVersion> version = mqtt::connect_version(awaiting->kept);
    if (reason == ReasonCode::server_shutting_down) reason = ReasonCode::server_unavailable;
    if (reason == ReasonCode::success) reason = ReasonCode::server_busy;  // the time to connect is over
    if (version && mqtt::may_stand_in(reason, mqtt::PacketType::connack)) answer_refused(connection, *version, reason);
}

/// Of a CONNECT that is too large only what is there already can tell its version.
void Broker::answer_too_large(Connection& connection) {
    if (!std::holds_alternative<AwaitingConnect>(connection.state)) return;
    if (mqtt::connect_version(connection.frames.beginning()) == ProtocolVersion::v5)
        answer_refused(connection, ProtocolVersion::v5, ReasonCode::packet_too_large);
}

void Broker::send_connack(Connection& connection, const mqtt::Connect& packet, std::string_view assigned_client_id,
                          bool session_present, Ticket ticket, Instant now) {
    mqtt::ConnAck connack;
    connack.session_present = session_present;  // [MQTT-3.2.2-2] [MQTT-3.2.2-3]
    if (packet.version != ProtocolVersion::v5) return send_gated(connection, connack, ticket, now);

    const Connected& on = *connection.connected();
    mqtt::PropertyBuilder properties;
    add_limits(properties, on, packet);
    if (AuthExchange* exchange = on.exchange.get()) {
        properties.text(PropertyId::authentication_method, exchange->method);  // [MQTT-4.12.0-5]
        if (!exchange->last.empty())
            properties.text(PropertyId::authentication_data, as_text(std::exchange(exchange->last, {})));
    }
    if (!assigned_client_id.empty())
        properties.text(PropertyId::assigned_client_identifier, assigned_client_id);  // [MQTT-3.1.3-7] [MQTT-3.2.2-16]
    // What the client can do without is left out where a small Maximum Packet Size leaves no room. [MQTT-3.2.2-20]
    const auto add_if_it_fits = [&](const auto& add) {
        mqtt::PropertyBuilder longer = properties;
        add(longer);
        connack.properties = longer.view();
        if (fits(on, connack)) properties = std::move(longer);
    };
    const bool wants_response = packet.properties.number(PropertyId::request_response_information).value_or(0) != 0;
    if (wants_response && !settings_.response_prefix.empty()) {  // [MQTT-3.1.2-28]
        const std::string topic = settings_.response_prefix + "/" + sessions_[on.session].client_id;
        add_if_it_fits([&](mqtt::PropertyBuilder& to) { to.text(PropertyId::response_information, topic); });
    }
    // What "stored" means here, so that nobody gets a weaker promise silently.
    add_if_it_fits([&](mqtt::PropertyBuilder& to) { to.user_property("durability", name_of(settings_.durability)); });
    connack.properties = properties.view();
    send_gated(connection, connack, ticket, now);
}

/// Where this server does less, or otherwise, than the client may expect.
void Broker::add_limits(mqtt::PropertyBuilder& properties, const Connected& on, const mqtt::Connect& packet) const {
    const Session& session = sessions_[on.session];
    const Listener& listener = entrances_[static_cast<std::size_t>(session.listener)];
    const std::chrono::seconds expiry = session.expiry;
    if (expiry != on.expiry_asked)
        properties.number(PropertyId::session_expiry_interval, static_cast<std::uint32_t>(expiry.count()));
    properties.number(PropertyId::receive_maximum, settings_.receive_maximum);
    if (listener.maximum_qos != mqtt::QoS::exactly_once)
        properties.number(PropertyId::maximum_qos,
                          static_cast<std::uint32_t>(listener.maximum_qos));  // [MQTT-3.2.2-9]
    if (!settings_.retain_available) properties.number(PropertyId::retain_available, 0);
    properties.number(PropertyId::maximum_packet_size, static_cast<std::uint32_t>(settings_.maximum_packet_size));
    if (listener.topic_alias_maximum != 0)
        properties.number(PropertyId::topic_alias_maximum, listener.topic_alias_maximum);
    const std::chrono::seconds keep_alive = keep_alive_for(packet);
    if (keep_alive.count() != packet.keep_alive_seconds)
        properties.number(PropertyId::server_keep_alive, static_cast<std::uint32_t>(keep_alive.count()));
}

std::string Broker::assign_client_id(std::string_view prefix) {
    for (;;) {
        std::uint64_t bits = client_ids_.next();
        std::string client_id(prefix);
        for (int digit = 0; digit < 16; ++digit, bits >>= 4U) client_id += "0123456789abcdef"[bits & 0xfU];
        if (!sessions_.find(client_id)) return client_id;  // [MQTT-3.1.3-2]
    }
}

}  // namespace trunkline::broker
