// Prints what the codec makes of messages, for a test in another language that compares it with a foreign one.
//     trunkline_print_messages              reads datagrams in hexadecimal, one a line, and decodes them
//     trunkline_print_messages SEED COUNT   draws so many messages of each kind instead
// One a line, fields separated by tabs: what encodes it, in hexadecimal, its name, and FIELD=VALUE of each field.
// Numbers are decimal, texts and data hexadecimal. Of what is refused "refused" and why.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"
#include "tests/protocol/mqttsn/generated_message.hpp"
#include "tests/support/hex.hpp"

namespace {

using namespace trunkline;
using namespace trunkline::mqttsn;

std::string hexadecimal(ByteView octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte octet : octets) {
        text += digits[std::to_integer<std::size_t>(octet >> 4U)];
        text += digits[std::to_integer<std::size_t>(octet & std::byte{0x0f})];
    }
    return text;
}

struct FieldPrinter {
    std::string& line;

    void number(std::string_view name, auto value) const {
        line.append("\t").append(name).append("=").append(std::to_string(static_cast<unsigned>(value)));
    }
    void octets(std::string_view name, ByteView value) const {
        line.append("\t").append(name).append("=").append(hexadecimal(value));
    }
    void text(std::string_view name, std::string_view value) const { octets(name, as_byte_view(value)); }

    void operator()(const Advertise& m) const {
        number("gateway", m.gateway);
        number("duration", m.duration_seconds);
    }
    void operator()(const SearchGw& m) const { number("radius", m.radius); }
    void operator()(const GwInfo& m) const {
        number("gateway", m.gateway);
        octets("address", m.address);
    }
    void operator()(const Connect& m) const {
        number("will", m.will);
        number("clean_session", m.clean_session);
        number("protocol_id", m.protocol_id);
        number("duration", m.duration_seconds);
        text("client_id", m.client_id);
    }
    void will_topic(const auto& m) const {
        number("qos", m.qos);
        number("retain", m.retain);
        text("topic", m.topic);
    }
    void operator()(const WillTopic& m) const { will_topic(m); }
    void operator()(const WillTopicUpd& m) const { will_topic(m); }
    void operator()(const WillMsg& m) const { octets("message", m.message); }
    void operator()(const WillMsgUpd& m) const { octets("message", m.message); }
    void operator()(const Register& m) const {
        number("topic_id", m.topic_id);
        number("msg_id", m.msg_id);
        text("topic", m.topic_name);
    }
    void answer(const auto& m) const {
        number("topic_id", m.topic_id);
        number("msg_id", m.msg_id);
        number("return_code", m.return_code);
    }
    void operator()(const RegAck& m) const { answer(m); }
    void operator()(const PubAck& m) const { answer(m); }
    void operator()(const SubAck& m) const {
        number("qos", m.qos);
        answer(m);
    }
    void operator()(const Publish& m) const {
        number("dup", m.dup);
        number("qos", m.qos);
        number("retain", m.retain);
        number("topic_id_type", m.topic_id_type);
        number("topic_id", m.topic_id);
        number("msg_id", m.msg_id);
        octets("data", m.data);
    }
    void topic(const auto& m) const {
        number("topic_id_type", m.topic_id_type);
        number("msg_id", m.msg_id);
        if (m.topic_id_type == TopicIdType::normal) return text("topic", m.topic_name);
        number("topic_id", m.topic_id);
    }
    void operator()(const Subscribe& m) const {
        number("dup", m.dup);
        number("qos", m.qos);
        topic(m);
    }
    void operator()(const Unsubscribe& m) const { topic(m); }
    void operator()(const PubRec& m) const { number("msg_id", m.msg_id); }
    void operator()(const PubRel& m) const { number("msg_id", m.msg_id); }
    void operator()(const PubComp& m) const { number("msg_id", m.msg_id); }
    void operator()(const UnsubAck& m) const { number("msg_id", m.msg_id); }
    void operator()(const PingReq& m) const { text("client_id", m.client_id); }
    void operator()(const Disconnect& m) const {
        if (m.duration_seconds) number("duration", *m.duration_seconds);
    }
    void operator()(const ConnAck& m) const { number("return_code", m.return_code); }
    void operator()(const WillTopicResp& m) const { number("return_code", m.return_code); }
    void operator()(const WillMsgResp& m) const { number("return_code", m.return_code); }
    void operator()(const WillTopicReq&) const {}
    void operator()(const WillMsgReq&) const {}
    void operator()(const PingResp&) const {}
};

std::string printed(const Message& message) {
    std::string line = hexadecimal(encode(message)) + "\t" + std::string(name_of(message));
    std::visit(FieldPrinter{line}, message);
    return line;
}

std::string refused(const MalformedMessage& failure) {
    return "refused\t" + std::string(failure.clause) + " " + std::string(failure.reason);
}

std::string decoded(ByteView datagram) {
    if (!is_encapsulated(datagram)) {
        const auto message = decode(datagram);
        return message ? printed(*message) : refused(message.error());
    }
    const auto forwarded = unwrap(datagram);
    if (!forwarded) return refused(forwarded.error());
    std::string line = hexadecimal(wrap(*forwarded)) + "\tENCAPSULATED";
    const FieldPrinter fields{line};
    fields.number("radius", forwarded->radius);
    fields.octets("wireless_node_id", forwarded->wireless_node_id);
    fields.octets("message", forwarded->message);
    return line;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3) {
        MessageGenerator messages(std::strtoull(argv[1], nullptr, 10));
        const unsigned long count = std::strtoul(argv[2], nullptr, 10);
        for (std::size_t kind = 0; kind < std::variant_size_v<Message>; ++kind)
            for (unsigned long n = 0; n < count; ++n) std::puts(printed(messages.draw(kind)).c_str());
        return 0;
    }
    for (std::string hex; std::getline(std::cin, hex);) {
        const std::vector<std::byte> datagram = test::from_hex(hex);
        std::puts(decoded(datagram).c_str());
    }
}
