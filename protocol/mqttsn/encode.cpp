// Layouts of §5.4, written. One function per message, in the order of the Message variant; run twice, to measure and
// to write.

#include <cassert>

#include "protocol/base/utf8.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/flags.hpp"
#include "protocol/mqttsn/framing.hpp"
#include "protocol/mqttsn/message_table.hpp"
#include "protocol/mqttsn/writer.hpp"

namespace trunkline::mqttsn {
namespace {

void put(auto& out, MsgId id) { out.two_octets(static_cast<std::uint16_t>(id)); }
void put(auto& out, TopicId id) { out.two_octets(static_cast<std::uint16_t>(id)); }
void put(auto& out, GwId id) { out.octet(static_cast<unsigned>(id)); }
void put(auto& out, ReturnCode code) { out.octet(static_cast<unsigned>(code)); }
void put(auto& out, std::string_view text) {
    assert(is_mqtt_utf8(as_byte_view(text)));
    out.octets(as_byte_view(text));
}

void put(auto& out, const Advertise& message) {
    put(out, message.gateway);
    out.two_octets(message.duration_seconds);
}
void put(auto& out, const SearchGw& message) { out.octet(message.radius); }
void put(auto& out, const GwInfo& message) {
    put(out, message.gateway);
    out.octets(message.address);
}
void put(auto& out, const Connect& message) {
    out.octet(flag_if(message.will, flag_will) | flag_if(message.clean_session, flag_clean_session));
    out.octet(message.protocol_id);
    out.two_octets(message.duration_seconds);
    put(out, message.client_id);
}
void put(auto& out, const ConnAck& message) { put(out, message.return_code); }
void put(auto&, const WillTopicReq&) {}
void put_will_topic(auto& out, const auto& message) {
    if (message.topic.empty()) return;
    assert(message.qos != QoS::minus_one);
    out.octet(flags_of(message.qos) | flag_if(message.retain, flag_retain));
    put(out, message.topic);
}
void put(auto& out, const WillTopic& message) { put_will_topic(out, message); }
void put(auto&, const WillMsgReq&) {}
void put(auto& out, const WillMsg& message) { out.octets(message.message); }
void put(auto& out, const Register& message) {
    assert(!message.topic_name.empty());
    put(out, message.topic_id);
    put(out, message.msg_id);
    put(out, message.topic_name);
}
void put(auto& out, const RegAck& message) {
    put(out, message.topic_id);
    put(out, message.msg_id);
    put(out, message.return_code);
}
void put(auto& out, const Publish& message) {
    assert(!is_acknowledged(message.qos) || message.msg_id != MsgId{0});
    out.octet(flag_if(message.dup, flag_dup) | flags_of(message.qos) | flag_if(message.retain, flag_retain) |
              flags_of(message.topic_id_type));
    put(out, message.topic_id);
    put(out, message.msg_id);
    out.octets(message.data);
}
void put(auto& out, const PubAck& message) {
    put(out, message.topic_id);
    put(out, message.msg_id);
    put(out, message.return_code);
}
void put(auto& out, const PubRec& message) { put(out, message.msg_id); }
void put(auto& out, const PubRel& message) { put(out, message.msg_id); }
void put(auto& out, const PubComp& message) { put(out, message.msg_id); }
void put_topic(auto& out, const auto& message) {
    if (message.topic_id_type != TopicIdType::normal) return put(out, message.topic_id);
    assert(!message.topic_name.empty());
    put(out, message.topic_name);
}
void put(auto& out, const Subscribe& message) {
    assert(message.qos != QoS::minus_one);
    out.octet(flag_if(message.dup, flag_dup) | flags_of(message.qos) | flags_of(message.topic_id_type));
    put(out, message.msg_id);
    put_topic(out, message);
}
void put(auto& out, const SubAck& message) {
    assert(message.qos != QoS::minus_one);
    out.octet(flags_of(message.qos));
    put(out, message.topic_id);
    put(out, message.msg_id);
    put(out, message.return_code);
}
void put(auto& out, const Unsubscribe& message) {
    out.octet(flags_of(message.topic_id_type));
    put(out, message.msg_id);
    put_topic(out, message);
}
void put(auto& out, const UnsubAck& message) { put(out, message.msg_id); }
void put(auto& out, const PingReq& message) { put(out, message.client_id); }
void put(auto&, const PingResp&) {}
void put(auto& out, const Disconnect& message) {
    if (message.duration_seconds) out.two_octets(*message.duration_seconds);
}
void put(auto& out, const WillTopicUpd& message) { put_will_topic(out, message); }
void put(auto& out, const WillMsgUpd& message) { out.octets(message.message); }
void put(auto& out, const WillTopicResp& message) { put(out, message.return_code); }
void put(auto& out, const WillMsgResp& message) { put(out, message.return_code); }

}  // namespace

std::size_t encoded_size(const Message& message) {
    Measure fields;
    std::visit([&](const auto& m) { put(fields, m); }, message);
    const std::size_t size = framed_size(fields.size());
    assert(size <= max_message);
    return size;
}

void encode_into(const Message& message, std::span<std::byte> target) {
    Writer out(target);
    if (target.size() <= max_short_message) {
        out.octet(static_cast<unsigned>(target.size()));
    } else {
        out.octet(static_cast<unsigned>(three_octet_length));
        out.two_octets(static_cast<std::uint16_t>(target.size()));
    }
    out.octet(static_cast<unsigned>(message_table[message.index()].type));
    std::visit([&](const auto& m) { put(out, m); }, message);
    assert(out.is_full());
}

std::vector<std::byte> encode(const Message& message) {
    std::vector<std::byte> datagram(encoded_size(message));
    encode_into(message, datagram);
    return datagram;
}

std::string_view name_of(const Message& message) { return message_table[message.index()].name; }

}  // namespace trunkline::mqttsn
