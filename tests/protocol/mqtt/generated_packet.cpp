#include "tests/protocol/mqtt/generated_packet.hpp"

#include <algorithm>
#include <array>

#include "protocol/mqtt/property_table.hpp"
#include "protocol/mqtt/reason_codes.hpp"

namespace trunkline::mqtt {

std::string_view PacketGenerator::text(std::size_t shortest) {
    constexpr std::array<std::string_view, 7> characters = {"a", "7", " ", "é", "Ж", "鷗", "🛢"};
    std::string drawn;
    const std::uint64_t length = shortest + random_.below(random_.below(20) == 0 ? 300 : 12);
    for (std::uint64_t at = 0; at < length; ++at) drawn += characters[random_.below(characters.size())];
    return texts_.emplace_back(std::move(drawn));
}

std::string_view PacketGenerator::topic() {
    std::string drawn(text(1));
    for (std::uint64_t level = random_.below(4); level > 0; --level) drawn += "/" + std::string(text());
    return texts_.emplace_back(std::move(drawn));
}

std::string_view PacketGenerator::filter() {
    if (coin()) return topic();
    return texts_.emplace_back(std::string(topic()) + (coin() ? "/+/" : "/#"));
}

ByteView PacketGenerator::binary() {
    std::string drawn;
    for (std::uint64_t length = random_.below(40); length > 0; --length)
        drawn.push_back(static_cast<char>(random_.below(256)));
    return as_byte_view(texts_.emplace_back(std::move(drawn)));
}

ReasonCode PacketGenerator::reason(PacketType packet) {
    for (;;) {
        const auto drawn = static_cast<ReasonCode>(random_.below(256));
        if (!is_v5() && packet == PacketType::connack)
            return *connack_reason(static_cast<std::uint8_t>(random_.below(6)));
        if (!is_v5() && packet != PacketType::suback) return ReasonCode::success;
        if (may_stand_in(drawn, packet)) return drawn;
    }
}

ByteView PacketGenerator::reasons(PacketType packet) {
    if (!is_v5() && packet == PacketType::unsuback) return {};
    std::string drawn;
    for (std::uint64_t count = 1 + random_.below(5); count > 0; --count) {
        drawn.push_back(static_cast<char>(suback_octet(reason(packet), version_)));
    }
    return as_byte_view(texts_.emplace_back(std::move(drawn)));
}

void PacketGenerator::add(PropertyBuilder& list, PropertyId id, PropertyPlace place) {
    const PropertyKind& kind = *kind_of(static_cast<std::uint32_t>(id));
    switch (kind.type) {
        case PropertyType::text:
            list.text(id, id == PropertyId::response_topic ? topic() : text());
            break;
        case PropertyType::binary:
            if (id == PropertyId::authentication_data) list.text(PropertyId::authentication_method, text());
            list.text(id, as_text(binary()));
            break;
        case PropertyType::text_pair: {
            const std::string_view name = text();
            list.user_property(name, text());
            break;
        }
        default: {
            const std::uint64_t values = std::uint64_t{kind.highest} - kind.lowest + 1;
            list.number(id, static_cast<std::uint32_t>(
                                kind.lowest + random_.below(coin() ? values : std::min<std::uint64_t>(values, 300))));
            break;
        }
    }
    if (may_repeat(id, place) && coin()) add(list, id, place);
}

Properties PacketGenerator::properties(PropertyPlace place) {
    if (!is_v5()) return {};
    PropertyBuilder& list = lists_.emplace_back();
    bool has_data = false;
    for (std::uint32_t id = 0; id < 128; ++id) {
        const PropertyKind* kind = kind_of(id);
        if (kind == nullptr || section_of(kind->id, place).empty()) continue;
        if (kind->id == PropertyId::authentication_method) {
            has_data = coin();  // the method comes with the data, see add()
            if (has_data) add(list, PropertyId::authentication_data, place);
            else if (place == PropertyPlace::auth || coin()) add(list, kind->id, place);
        } else if (kind->id != PropertyId::authentication_data && random_.below(3) != 0) {
            add(list, kind->id, place);
        }
    }
    return list.view();
}

Will PacketGenerator::will() {
    Will drawn{.qos = qos(), .retain = coin()};
    drawn.properties = properties(PropertyPlace::will);
    drawn.topic = topic();
    drawn.payload = binary();
    return drawn;
}

Connect PacketGenerator::connect() {
    Connect drawn{.version = version_,
                  .clean_start = coin(),
                  .keep_alive_seconds = static_cast<std::uint16_t>(random_.below(65'536))};
    drawn.properties = properties(PropertyPlace::connect);
    do {
        drawn.client_id = text(is_v5() ? 0 : 1);
    } while (version_ == ProtocolVersion::v3_1 && drawn.client_id.size() > 23);
    if (coin()) drawn.will = will();
    if (coin()) drawn.user_name = text();
    if ((is_v5() || drawn.user_name) && coin()) drawn.password = binary();
    return drawn;
}

ConnAck PacketGenerator::connack() {
    ConnAck drawn{.reason = reason(PacketType::connack)};
    drawn.session_present = version_ != ProtocolVersion::v3_1 && drawn.reason == ReasonCode::success && coin();
    drawn.properties = properties(PropertyPlace::connack);
    return drawn;
}

Publish PacketGenerator::publish() {
    Publish drawn{.qos = qos(), .retain = coin()};
    if (drawn.qos != QoS::at_most_once) {
        drawn.dup = coin();
        drawn.packet_id = packet_id();
    }
    drawn.properties = properties(PropertyPlace::publish);
    const bool has_alias = drawn.properties.number(PropertyId::topic_alias).has_value();
    if (!has_alias || coin()) drawn.topic = topic();
    drawn.payload = binary();
    return drawn;
}

template <typename Ack>
Ack PacketGenerator::ack(PacketType packet, PropertyPlace place) {
    Ack drawn{.packet_id = packet_id(), .reason = reason(packet)};
    if (coin()) drawn.properties = properties(place);
    return drawn;
}

SubscriptionRequests PacketGenerator::requests(SubscriptionRequests::Kind kind) {
    SubscriptionRequestBuilder& drawn = requests_.emplace_back();
    for (std::uint64_t count = 1 + random_.below(4); count > 0; --count) {
        if (kind == SubscriptionRequests::Kind::unsubscribe) {
            drawn.add(filter());
            continue;
        }
        SubscriptionOptions options{.qos = qos()};
        if (is_v5()) {
            options.no_local = coin();
            options.retain_as_published = coin();
            options.retain_handling = static_cast<RetainHandling>(random_.below(3));
        }
        drawn.add(filter(), options);
    }
    return drawn.view(kind);
}

Packet PacketGenerator::draw(std::size_t index) {
    texts_.clear();
    lists_.clear();
    requests_.clear();
    using Kind = SubscriptionRequests::Kind;
    switch (static_cast<PacketType>(index + 1)) {
        case PacketType::connect:
            return connect();
        case PacketType::connack:
            return connack();
        case PacketType::publish:
            return publish();
        case PacketType::puback:
            return ack<PubAck>(PacketType::puback, PropertyPlace::puback);
        case PacketType::pubrec:
            return ack<PubRec>(PacketType::pubrec, PropertyPlace::pubrec);
        case PacketType::pubrel:
            return ack<PubRel>(PacketType::pubrel, PropertyPlace::pubrel);
        case PacketType::pubcomp:
            return ack<PubComp>(PacketType::pubcomp, PropertyPlace::pubcomp);
        case PacketType::subscribe:
            return Subscribe{packet_id(), properties(PropertyPlace::subscribe), requests(Kind::subscribe)};
        case PacketType::suback:
            return SubAck{packet_id(), properties(PropertyPlace::suback), reasons(PacketType::suback)};
        case PacketType::unsubscribe:
            return Unsubscribe{packet_id(), properties(PropertyPlace::unsubscribe), requests(Kind::unsubscribe)};
        case PacketType::unsuback:
            return UnsubAck{packet_id(), properties(PropertyPlace::unsuback), reasons(PacketType::unsuback)};
        case PacketType::pingreq:
            return PingReq{};
        case PacketType::pingresp:
            return PingResp{};
        case PacketType::disconnect:
            return Disconnect{reason(PacketType::disconnect), properties(PropertyPlace::disconnect)};
        case PacketType::auth:
            break;
    }
    return Auth{reason(PacketType::auth), properties(PropertyPlace::auth)};
}

namespace {

bool same_octets(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }
bool same_list(const Properties& a, const Properties& b) { return same_octets(a.octets(), b.octets()); }

bool same_fields(const Will& a, const Will& b) {
    return a.qos == b.qos && a.retain == b.retain && same_list(a.properties, b.properties) && a.topic == b.topic &&
           same_octets(a.payload, b.payload);
}
bool same_fields(const Connect& a, const Connect& b) {
    const bool same_will = a.will ? b.will && same_fields(*a.will, *b.will) : !b.will;
    const bool same_password = a.password ? b.password && same_octets(*a.password, *b.password) : !b.password;
    return a.version == b.version && a.clean_start == b.clean_start && a.keep_alive_seconds == b.keep_alive_seconds &&
           same_list(a.properties, b.properties) && a.client_id == b.client_id && same_will &&
           a.user_name == b.user_name && same_password;
}
bool same_fields(const ConnAck& a, const ConnAck& b) {
    return a.session_present == b.session_present && a.reason == b.reason && same_list(a.properties, b.properties);
}
bool same_fields(const Publish& a, const Publish& b) {
    return a.dup == b.dup && a.qos == b.qos && a.retain == b.retain && a.topic == b.topic &&
           a.packet_id == b.packet_id && same_list(a.properties, b.properties) && same_octets(a.payload, b.payload);
}
bool same_fields(const PingReq&, const PingReq&) { return true; }
bool same_fields(const PingResp&, const PingResp&) { return true; }

/// The others, by the fields that they have.
template <typename T>
bool same_fields(const T& a, const T& b) {
    bool same = same_list(a.properties, b.properties);
    if constexpr (requires { a.packet_id; }) same = same && a.packet_id == b.packet_id;
    if constexpr (requires { a.reason; }) same = same && a.reason == b.reason;
    if constexpr (requires { a.reasons; }) same = same && same_octets(a.reasons, b.reasons);
    if constexpr (requires { a.requests; }) same = same && same_octets(a.requests.octets(), b.requests.octets());
    return same;
}

}  // namespace

bool same(const Packet& a, const Packet& b) {
    if (a.index() != b.index()) return false;
    return std::visit(
        [&b](const auto& fields) { return same_fields(fields, std::get<std::decay_t<decltype(fields)>>(b)); }, a);
}

}  // namespace trunkline::mqtt
