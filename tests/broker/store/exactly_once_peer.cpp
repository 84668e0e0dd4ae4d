#include "tests/broker/store/exactly_once_peer.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

#include <doctest/doctest.h>

namespace trunkline::broker::test {

using mqtt::QoS;

namespace {

constexpr auto version = mqtt::ProtocolVersion::v5;

}  // namespace

void ExactlyOncePeer::subscribe(std::string_view filter) {
    if (!is_connected_) return;
    mqtt::SubscriptionRequestBuilder requests;
    requests.add(filter, {QoS::exactly_once, false, false, mqtt::RetainHandling::send});
    mqtt::Subscribe subscribe;
    subscribe.packet_id = mqtt::PacketId{++last_packet_id_};
    subscribe.requests = requests.view(mqtt::SubscriptionRequests::Kind::subscribe);
    send(subscribe);
}

void ExactlyOncePeer::publish(std::string_view payload) {
    if (!is_connected_) return;
    published.emplace_back(payload);
    outgoing_.push_back({mqtt::PacketId{++last_packet_id_}, std::string(payload)});
    send(outgoing_.back(), false);
}

void ExactlyOncePeer::opened(int, Instant) {
    mqtt::Connect connect;
    connect.version = version;
    connect.client_id = client_id_;
    connect.clean_start = false;
    mqtt::PropertyBuilder properties;
    properties.number(mqtt::PropertyId::session_expiry_interval, 3600);
    connect.properties = properties.view();
    send(connect);
}

void ExactlyOncePeer::received(ByteView bytes, Instant) {
    frames_.feed(bytes);
    while (const auto frame = frames_.next()) {
        REQUIRE(frame->has_value());
        const auto packet = mqtt::decode(**frame, version);
        REQUIRE(packet.has_value());
        const auto dispatch = [this](const auto& p) {
            if constexpr (requires { handle(p); }) handle(p);
            else CHECK((std::is_same_v<std::decay_t<decltype(p)>, mqtt::Disconnect>));
        };
        std::visit(dispatch, *packet);
    }
}

std::size_t ExactlyOncePeer::take_output(OutputBytes& out) {
    const std::size_t bytes = output_.size();
    out.take(output_);
    return bytes;
}

void ExactlyOncePeer::closed(Instant) {
    is_connected_ = false;
    output_ = OutputBytes();
    frames_ = mqtt::FrameStream(1U << 20U);
}

void ExactlyOncePeer::handle(const mqtt::ConnAck& packet) {
    REQUIRE(packet.reason == mqtt::ReasonCode::success);
    is_connected_ = true;
    session_present = packet.session_present;
    if (!session_present) {
        inbox_.clear();
        for (Outgoing& message : outgoing_) message.is_released = false;  // the broker does not know it
    }
    for (const Outgoing& message : outgoing_) send(message, session_present);  // [MQTT-4.4.0-1]
}

void ExactlyOncePeer::handle(const mqtt::Publish& packet) {
    CHECK(packet.qos == QoS::exactly_once);
    if (inbox_.insert(packet.packet_id).second) deliveries.emplace_back(as_text(packet.payload));
    mqtt::PubRec pubrec;
    pubrec.packet_id = packet.packet_id;
    send(pubrec);
}

void ExactlyOncePeer::handle(const mqtt::PubRec& packet) {
    const auto found = std::find_if(outgoing_.begin(), outgoing_.end(),
                                    [&](const Outgoing& message) { return message.packet_id == packet.packet_id; });
    REQUIRE(found != outgoing_.end());
    if (std::find(taken.begin(), taken.end(), found->payload) == taken.end()) taken.push_back(found->payload);
    found->is_released = true;
    send(*found, false);
}

void ExactlyOncePeer::handle(const mqtt::PubRel& packet) {
    inbox_.erase(packet.packet_id);
    mqtt::PubComp pubcomp;
    pubcomp.packet_id = packet.packet_id;
    send(pubcomp);
}

void ExactlyOncePeer::handle(const mqtt::PubComp& packet) {
    std::erase_if(outgoing_, [&](const Outgoing& message) { return message.packet_id == packet.packet_id; });
}

void ExactlyOncePeer::send(const mqtt::Packet& packet) { mqtt::encode(packet, version, output_); }

void ExactlyOncePeer::send(const Outgoing& message, bool dup) {
    if (message.is_released) {
        mqtt::PubRel pubrel;
        pubrel.packet_id = message.packet_id;
        return send(pubrel);
    }
    mqtt::Publish publish;
    publish.topic = "plant/valve";
    publish.payload = as_byte_view(message.payload);
    publish.qos = QoS::exactly_once;
    publish.dup = dup;
    publish.packet_id = message.packet_id;
    send(publish);
}

}  // namespace trunkline::broker::test
