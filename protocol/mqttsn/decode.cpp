// Layouts of §5.4, read. One function per message, in the order of the Message variant.

#include <limits>

#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/framing.hpp"
#include "protocol/mqttsn/message_table.hpp"
#include "protocol/mqttsn/reader.hpp"

namespace trunkline::mqttsn {
namespace {

void read(Reader& in, Advertise& message) {
    message.gateway = GwId{in.octet()};
    message.duration_seconds = in.two_octets();
}
void read(Reader& in, SearchGw& message) { message.radius = in.octet(); }
void read(Reader& in, GwInfo& message) {
    message.gateway = GwId{in.octet()};
    message.address = in.octets_to_end();
}
// ProtocolId and the length of ClientId are not judged here: both have an answer, CONNACK `not_supported`.
void read(Reader& in, Connect& message) {
    const unsigned flags = in.octet();
    message.will = (flags & flag_will) != 0;
    message.clean_session = (flags & flag_clean_session) != 0;
    message.protocol_id = in.octet();
    message.duration_seconds = in.two_octets();
    message.client_id = in.text_to_end("§5.3.1");
}
void read(Reader& in, ConnAck& message) { message.return_code = in.return_code(); }
void read(Reader&, WillTopicReq&) {}

// WILLTOPIC and WILLTOPICUPD: the empty message has neither Flags nor WillTopic.
void read_will_topic(Reader& in, auto& message) {
    if (in.at_end()) return;
    const unsigned flags = in.octet();
    message.qos = in.qos_but_minus_one(flags);
    message.retain = (flags & flag_retain) != 0;
    message.topic = in.name_to_end("§5.3.14");
}
void read(Reader& in, WillTopic& message) { read_will_topic(in, message); }
void read(Reader&, WillMsgReq&) {}
void read(Reader& in, WillMsg& message) { message.message = in.octets_to_end(); }
void read(Reader& in, Register& message) {
    message.topic_id = in.topic_id();
    message.msg_id = in.msg_id();
    message.topic_name = in.name_to_end("§5.3.12");
}
void read(Reader& in, RegAck& message) {
    message.topic_id = in.topic_id();
    message.msg_id = in.msg_id();
    message.return_code = in.return_code();
}
void read(Reader& in, Publish& message) {
    const unsigned flags = in.octet();
    message.dup = (flags & flag_dup) != 0;
    message.qos = qos_in(flags);
    message.retain = (flags & flag_retain) != 0;
    message.topic_id_type = in.topic_id_type(flags);
    message.topic_id = message.topic_id_type == TopicIdType::short_name ? in.short_name() : in.topic_id();
    message.msg_id = is_acknowledged(message.qos) ? in.msg_id_in_use() : in.msg_id();
    message.data = in.octets_to_end();
}
void read(Reader& in, PubAck& message) {
    message.topic_id = in.topic_id();
    message.msg_id = in.msg_id();  // zero answers a PUBLISH of QoS 0 or -1
    message.return_code = in.return_code();
}
void read(Reader& in, PubRec& message) { message.msg_id = in.msg_id_in_use(); }
void read(Reader& in, PubRel& message) { message.msg_id = in.msg_id_in_use(); }
void read(Reader& in, PubComp& message) { message.msg_id = in.msg_id_in_use(); }

// SUBSCRIBE and UNSUBSCRIBE end with the topic in the form that TopicIdType names.
void read_topic(Reader& in, auto& message) {
    switch (message.topic_id_type) {
        case TopicIdType::normal:
            message.topic_name = in.name_to_end("§5.3.12");
            break;
        case TopicIdType::predefined:
            message.topic_id = in.topic_id();
            break;
        case TopicIdType::short_name:
            message.topic_id = in.short_name();
            break;
    }
}
void read(Reader& in, Subscribe& message) {
    const unsigned flags = in.octet();
    message.dup = (flags & flag_dup) != 0;
    message.qos = in.qos_but_minus_one(flags);
    message.topic_id_type = in.topic_id_type(flags);
    message.msg_id = in.msg_id();
    read_topic(in, message);
}
void read(Reader& in, SubAck& message) {
    message.qos = in.qos_but_minus_one(in.octet());
    message.topic_id = in.topic_id();
    message.msg_id = in.msg_id();
    message.return_code = in.return_code();
}
void read(Reader& in, Unsubscribe& message) {
    message.topic_id_type = in.topic_id_type(in.octet());
    message.msg_id = in.msg_id();
    read_topic(in, message);
}
void read(Reader& in, UnsubAck& message) { message.msg_id = in.msg_id(); }
void read(Reader& in, PingReq& message) { message.client_id = in.text_to_end("§5.3.1"); }
void read(Reader&, PingResp&) {}
void read(Reader& in, Disconnect& message) {
    if (!in.at_end()) message.duration_seconds = in.two_octets();
}
void read(Reader& in, WillTopicUpd& message) { read_will_topic(in, message); }
void read(Reader& in, WillMsgUpd& message) { message.message = in.octets_to_end(); }
void read(Reader& in, WillTopicResp& message) { message.return_code = in.return_code(); }
void read(Reader& in, WillMsgResp& message) { message.return_code = in.return_code(); }

template <std::size_t Index>
Result<Message, MalformedMessage> decode_as(ByteView fields) {
    Reader in(fields, message_table[Index].section);
    Message message(std::in_place_index<Index>);
    read(in, *std::get_if<Index>(&message));
    if (const std::optional<MalformedMessage> failure = in.failure()) return Failure{*failure};
    return message;
}

using Decoder = Result<Message, MalformedMessage> (*)(ByteView fields);
constexpr std::size_t msg_types = std::numeric_limits<std::uint8_t>::max() + 1;

// By MsgType; null where §5.2.2 reserves it.
constexpr std::array<Decoder, msg_types> decoders = []<std::size_t... Index>(std::index_sequence<Index...>) {
    std::array<Decoder, msg_types> by_type{};
    ((by_type[static_cast<std::size_t>(message_table[Index].type)] = &decode_as<Index>), ...);
    return by_type;
}
(std::make_index_sequence<message_table.size()>());

}  // namespace

Result<Message, MalformedMessage> decode(ByteView datagram) {
    const Result<Framed, MalformedMessage> framed = unframe(datagram);
    if (!framed) return Failure{framed.error()};
    if (framed->type == static_cast<std::uint8_t>(MsgType::encapsulated)) {
        return Failure{MalformedMessage{"§5.5", "forwarder encapsulation where a message is wanted"}};
    }
    const Decoder decoder = decoders[framed->type];
    if (decoder == nullptr) return Failure{MalformedMessage{"§5.2.2", "reserved MsgType"}};
    return decoder(framed->fields);
}

}  // namespace trunkline::mqttsn
