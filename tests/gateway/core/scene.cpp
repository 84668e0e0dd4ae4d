#include "tests/gateway/core/scene.hpp"

#include <doctest/doctest.h>

#include <type_traits>

#include "protocol/mqttsn/forwarding.hpp"

namespace trunkline::gateway {

namespace {

template <typename T>
std::string number(T value) {
    return std::to_string(static_cast<unsigned long>(value));
}

std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts) all += (all.empty() ? "" : "; ") + part;
    return all;
}

struct MessageWords {
    std::string operator()(const mqttsn::ConnAck& m) const { return " code=" + number(m.return_code); }
    std::string operator()(const mqttsn::RegAck& m) const {
        return " id=" + number(m.topic_id) + " msg=" + number(m.msg_id) + " code=" + number(m.return_code);
    }
    std::string operator()(const mqttsn::PubAck& m) const {
        return " id=" + number(m.topic_id) + " msg=" + number(m.msg_id) + " code=" + number(m.return_code);
    }
    std::string operator()(const mqttsn::SubAck& m) const {
        return " qos=" + number(m.qos) + " id=" + number(m.topic_id) + " msg=" + number(m.msg_id) +
               " code=" + number(m.return_code);
    }
    std::string operator()(const mqttsn::Register& m) const {
        return " id=" + number(m.topic_id) + " msg=" + number(m.msg_id) + " " + std::string(m.topic_name);
    }
    std::string operator()(const mqttsn::Publish& m) const {
        constexpr std::string_view types[] = {"", " predefined", " short"};
        return std::string(types[static_cast<std::size_t>(m.topic_id_type)]) + " id=" + number(m.topic_id) +
               " qos=" + number(m.qos) + " msg=" + number(m.msg_id) + (m.dup ? " dup" : "") +
               (m.retain ? " retain" : "") + " '" + std::string(as_text(m.data)) + "'";
    }
    std::string operator()(const mqttsn::PubRec& m) const { return " msg=" + number(m.msg_id); }
    std::string operator()(const mqttsn::PubRel& m) const { return " msg=" + number(m.msg_id); }
    std::string operator()(const mqttsn::PubComp& m) const { return " msg=" + number(m.msg_id); }
    std::string operator()(const mqttsn::UnsubAck& m) const { return " msg=" + number(m.msg_id); }
    std::string operator()(const mqttsn::WillTopicResp& m) const { return " code=" + number(m.return_code); }
    std::string operator()(const mqttsn::WillMsgResp& m) const { return " code=" + number(m.return_code); }
    std::string operator()(const mqttsn::Advertise& m) const {
        return " gw=" + number(m.gateway) + " duration=" + number(m.duration_seconds);
    }
    std::string operator()(const mqttsn::GwInfo& m) const { return " gw=" + number(m.gateway); }
    template <typename Other>
    std::string operator()(const Other&) const {
        return "";
    }
};

std::string will_words(const mqtt::Connect& packet) {
    if (!packet.will) return "";
    const mqtt::Will& will = *packet.will;
    const auto delay = will.properties.number(mqtt::PropertyId::will_delay_interval);
    return " will=" + std::string(will.topic) + " qos=" + number(will.qos) + (will.retain ? " retain" : "") + " '" +
           std::string(as_text(will.payload)) + "' delay=" + number(delay.value_or(0));
}

std::string credential_words(const mqtt::Connect& packet) {
    return (packet.user_name ? " user=" + std::string(*packet.user_name) : "") +
           (packet.password ? " password=" + std::string(as_text(*packet.password)) : "");
}

struct PacketWords {
    std::string operator()(const mqtt::Connect& p) const {
        const auto expiry = p.properties.number(mqtt::PropertyId::session_expiry_interval);
        return "CONNECT " + std::string(p.client_id) + " clean=" + number(p.clean_start) +
               " expiry=" + number(expiry.value_or(0)) + credential_words(p) + will_words(p) +
               (p.version == mqtt::ProtocolVersion::v5 ? "" : " 3.1.1");
    }
    std::string operator()(const mqtt::Publish& p) const {
        return "PUBLISH " + std::string(p.topic) + " qos=" + number(p.qos) +
               (p.packet_id == mqtt::PacketId{} ? "" : " packet=" + number(p.packet_id)) + (p.dup ? " dup" : "") +
               (p.retain ? " retain" : "") + " '" + std::string(as_text(p.payload)) + "'";
    }
    std::string operator()(const mqtt::PubAck& p) const {
        return "PUBACK packet=" + number(p.packet_id) + " reason=" + number(p.reason);
    }
    std::string operator()(const mqtt::Subscribe& p) const {
        std::string all = "SUBSCRIBE packet=" + number(p.packet_id);
        mqtt::SubscriptionRequests requests = p.requests;
        while (const auto request = requests.next())
            all += " " + std::string(request->filter) + " qos=" + number(request->options.qos);
        return all;
    }
    std::string operator()(const mqtt::PubRec& p) const {
        return "PUBREC packet=" + number(p.packet_id) + " reason=" + number(p.reason);
    }
    std::string operator()(const mqtt::PubRel& p) const { return "PUBREL packet=" + number(p.packet_id); }
    std::string operator()(const mqtt::PubComp& p) const { return "PUBCOMP packet=" + number(p.packet_id); }
    std::string operator()(const mqtt::Unsubscribe& p) const {
        std::string all = "UNSUBSCRIBE packet=" + number(p.packet_id);
        mqtt::SubscriptionRequests requests = p.requests;
        while (const auto request = requests.next()) all += " " + std::string(request->filter);
        return all;
    }
    std::string operator()(const mqtt::Disconnect& p) const {
        const auto expiry = p.properties.number(mqtt::PropertyId::session_expiry_interval);
        return "DISCONNECT " + number(p.reason) + (expiry ? " expiry=" + number(*expiry) : "");
    }
    std::string operator()(const mqtt::PingReq&) const { return "PINGREQ"; }
    template <typename Other>
    std::string operator()(const Other&) const {
        return "another packet";
    }
};

struct FactWords {
    std::string operator()(const SensorConnected& f) const { return "connected " + f.client_id; }
    std::string operator()(const SensorMoved& f) const { return "moved " + f.client_id; }
    std::string operator()(const SensorRefused& f) const {
        return "refused " + f.client_id + " code=" + number(f.return_code) + " reason=" + number(f.upstream_reason);
    }
    std::string operator()(const SensorGone& f) const {
        return "gone " + f.client_id + " " + std::string(name_of(f.cause));
    }
    std::string operator()(const WillPublished& f) const { return "will " + f.client_id + " " + f.topic; }
    std::string operator()(const WillRefused& f) const {
        return "will refused " + f.client_id + " " + f.topic + " reason=" + number(f.reason);
    }
    std::string operator()(const BrokerChosen& f) const { return "broker " + f.broker; }
    std::string operator()(const WatchRefused& f) const {
        return "watch refused by " + f.broker + " reason=" + number(f.reason);
    }
    std::string operator()(const UpstreamLost& f) const { return "upstream lost " + f.client_id; }
    std::string operator()(const MessageGivenUp& f) const { return "given up " + f.client_id + " " + f.topic; }
    std::string operator()(const UpstreamRefused& f) const {
        return "upstream refused " + f.client_id + " reason=" + number(f.reason);
    }
    std::string operator()(const StoreFailed& f) const { return "store failed " + number(f.code) + " " + f.text; }
    std::string operator()(const StoreHealed&) const { return "store healed"; }
};

}  // namespace

std::string words(const mqttsn::Message& message) {
    return std::string(mqttsn::name_of(message)) + std::visit(MessageWords{}, message);
}
std::string words(const mqtt::Packet& packet) { return std::visit(PacketWords{}, packet); }

Settings both_modes(Settings settings) {
    settings.upstream_connections = 1;
    SUBCASE("transparent") { settings.modes.otherwise = Mode::transparent; }
    SUBCASE("aggregating") { settings.modes.otherwise = Mode::aggregating; }
    return settings;
}

Scene::Scene(Settings wanted) : settings(wanted), gateway(std::move(wanted)) {}

void Scene::send(const Address& from, const mqttsn::Message& message) { send_octets(from, mqttsn::encode(message)); }

void Scene::send_octets(const Address& from, std::vector<std::byte> datagram) { gateway.received(from, datagram, now); }

void Scene::send_through(const Address& forwarder, std::string_view node, const mqttsn::Message& message) {
    const std::vector<std::byte> inner = mqttsn::encode(message);
    send_octets(forwarder, mqttsn::wrap({0, as_byte_view(node), inner}));
}

std::string Scene::heard(const Address& at) {
    collect();
    return joined(std::exchange(heard_[at], {}));
}

void Scene::collect() {
    gateway.take_datagrams(arrived_);
    for (std::size_t at = 0; at < arrived_.size(); ++at) {
        ByteView datagram = arrived_.datagram(at);
        CHECK(datagram.size() <= settings.maximum_datagram);
        std::string node;
        if (mqttsn::is_encapsulated(datagram)) {
            const auto forwarded = mqttsn::unwrap(datagram);
            REQUIRE(forwarded);
            node = "[" + std::string(as_text(forwarded->wireless_node_id)) + "] ";
            datagram = forwarded->message;
        }
        const auto message = mqttsn::decode(datagram);
        REQUIRE(message);
        heard_[arrived_.to(at)].push_back(node + words(*message));
    }
    arrived_.clear();
}

mqttsn::TopicId Scene::registered(const Address& from, std::string_view topic) {
    heard(from);
    send(from, mqttsn::Register{.msg_id = mqttsn::MsgId{77}, .topic_name = topic});
    const std::string answer = heard(from);
    REQUIRE(answer.starts_with("REGACK id="));
    REQUIRE(answer.ends_with("msg=77 code=0"));
    return mqttsn::TopicId(static_cast<std::uint16_t>(std::stoul(answer.substr(10))));
}

UpstreamId Scene::asked_one() {
    const std::vector<UpstreamId> ids = asked();
    if (ids.empty() && shared_) return *shared_;
    REQUIRE(ids.size() == 1);
    if (is_shared()) shared_ = ids.front();
    return ids.front();
}

void Scene::open(UpstreamId id) {
    if (id != accepted_) gateway.upstream_opened(id, now);
}

void Scene::answer(UpstreamId id, const mqtt::Packet& packet) {
    OutputBytes bytes;
    mqtt::encode(packet, settings.upstream_version, bytes);
    gateway.upstream_received(id, bytes.view(), now);
}

void Scene::accept(UpstreamId id, bool session_present) {
    if (id == accepted_) return;  // it is shared
    if (is_shared()) accepted_ = id;
    answer(id, mqtt::ConnAck{.session_present = session_present});
}

void Scene::suback(UpstreamId id, std::uint16_t packet_id, mqtt::ReasonCode reason) {
    const std::byte reasons[] = {static_cast<std::byte>(reason)};
    answer(id, mqtt::SubAck{.packet_id = mqtt::PacketId{packet_id}, .properties = {}, .reasons = reasons});
}

void Scene::unsuback(UpstreamId id, std::uint16_t packet_id, mqtt::ReasonCode reason) {
    const std::byte reasons[] = {static_cast<std::byte>(reason)};
    answer(id, mqtt::UnsubAck{.packet_id = mqtt::PacketId{packet_id}, .properties = {}, .reasons = reasons});
}

std::string Scene::got(UpstreamId id) {
    OutputBytes bytes;
    gateway.take_output(id, bytes);
    mqtt::FrameStream& stream = streams_.try_emplace(id, std::size_t{1} << 20U).first->second;
    stream.feed(bytes.view());
    std::vector<std::string> packets;
    while (const auto frame = stream.next()) {
        REQUIRE(frame->has_value());
        const auto packet = mqtt::decode(frame->value(), settings.upstream_version);
        REQUIRE(packet);
        packets.push_back(words(*packet));
    }
    return joined(packets);
}

UpstreamId Scene::connected(const Address& from, std::string_view client_id, bool clean_session,
                            std::uint16_t keep_alive) {
    send(from, mqttsn::Connect{.clean_session = clean_session, .duration_seconds = keep_alive, .client_id = client_id});
    const UpstreamId id = asked_one();
    open(id);
    accept(id);
    REQUIRE(heard(from) == "CONNACK code=0");
    got(id);
    facts();
    return id;
}

void Scene::subscribe_to_all(const Address& from) {
    if (!is_shared()) return;
    send(from, mqttsn::Subscribe{.qos = mqttsn::QoS::exactly_once, .msg_id = mqttsn::MsgId{999}, .topic_name = "#"});
    const std::string request = got(*shared_);
    REQUIRE(request.starts_with("SUBSCRIBE packet="));
    suback(*shared_, static_cast<std::uint16_t>(std::stoul(request.substr(17))), mqtt::ReasonCode::granted_qos_2);
    REQUIRE(got(*shared_) == "PINGREQ");
    answer(*shared_, mqtt::PingResp{});
    REQUIRE(heard(from) == "SUBACK qos=2 id=0 msg=999 code=0");
}

void Scene::pass(Duration time) {
    const Instant until = now + time;
    while (const auto next = gateway.next_deadline()) {
        if (*next > until) break;
        if (*next > now) now = *next;
        gateway.advance(now);
    }
    now = until;
}

std::string Scene::facts() {
    std::vector<std::string> told;
    for (const Fact& fact : gateway.facts()) told.push_back(std::visit(FactWords{}, fact));
    gateway.facts_taken();
    return joined(told);
}

}  // namespace trunkline::gateway
