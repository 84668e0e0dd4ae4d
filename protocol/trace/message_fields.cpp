// MQTT-SN's messages as fields of a trace.

#include "protocol/trace/trace_line.hpp"
#include "protocol/mqttsn/codec.hpp"

namespace trunkline {

namespace {

template <typename Number>
std::uint64_t digits(Number number) {
    return static_cast<std::uint64_t>(number);
}

std::string qos_text(mqttsn::QoS qos) {
    return qos == mqttsn::QoS::minus_one ? "-1" : std::to_string(static_cast<unsigned>(qos));
}

std::string_view return_code_text(mqttsn::ReturnCode code) {
    constexpr std::string_view names[] = {"accepted", "congestion", "invalid_topic_id", "not_supported"};
    return names[static_cast<std::size_t>(code)];
}

struct MessageFields {
    TraceLine& line;

    void topic(mqttsn::TopicIdType type, mqttsn::TopicId id) const {
        if (type == mqttsn::TopicIdType::predefined) line.add("predefined_id", digits(id));
        if (type == mqttsn::TopicIdType::normal) line.add("topic_id", digits(id));
        if (type != mqttsn::TopicIdType::short_name) return;
        const auto octets = mqttsn::short_name_of(id);
        line.add("short_name", std::string(octets.begin(), octets.end()));
    }
    void filter(const auto& packet) const {
        if (packet.topic_id_type == mqttsn::TopicIdType::normal) line.add("topic", std::string(packet.topic_name));
        else topic(packet.topic_id_type, packet.topic_id);
    }
    void answer(mqttsn::ReturnCode code) const { line.add("return_code", std::string(return_code_text(code))); }

    void operator()(const mqttsn::Connect& m) const {
        line.add("keep_alive_s", m.duration_seconds).add_if("clean_session", m.clean_session).add_if("will", m.will);
    }
    void operator()(const mqttsn::ConnAck& m) const { answer(m.return_code); }
    void operator()(const mqttsn::WillTopic& m) const {
        line.add("topic", std::string(m.topic)).add("qos", qos_text(m.qos)).add_if("retain", m.retain);
    }
    void operator()(const mqttsn::WillTopicUpd& m) const {
        line.add("topic", std::string(m.topic)).add("qos", qos_text(m.qos)).add_if("retain", m.retain);
    }
    void operator()(const mqttsn::WillMsg& m) const { line.add("bytes", m.message.size()); }
    void operator()(const mqttsn::WillMsgUpd& m) const { line.add("bytes", m.message.size()); }
    void operator()(const mqttsn::WillTopicResp& m) const { answer(m.return_code); }
    void operator()(const mqttsn::WillMsgResp& m) const { answer(m.return_code); }
    void operator()(const mqttsn::Register& m) const {
        line.add("topic_id", digits(m.topic_id)).add("msg_id", digits(m.msg_id));
        line.add("topic", std::string(m.topic_name));
    }
    void operator()(const mqttsn::RegAck& m) const {
        line.add("topic_id", digits(m.topic_id)).add("msg_id", digits(m.msg_id));
        answer(m.return_code);
    }
    void operator()(const mqttsn::Publish& m) const {
        topic(m.topic_id_type, m.topic_id);
        line.add("qos", qos_text(m.qos)).add("msg_id", digits(m.msg_id)).add_if("dup", m.dup);
        line.add_if("retain", m.retain).add("bytes", m.data.size());
    }
    void operator()(const mqttsn::PubAck& m) const {
        line.add("topic_id", digits(m.topic_id)).add("msg_id", digits(m.msg_id));
        answer(m.return_code);
    }
    void operator()(const mqttsn::PubRec& m) const { line.add("msg_id", digits(m.msg_id)); }
    void operator()(const mqttsn::PubRel& m) const { line.add("msg_id", digits(m.msg_id)); }
    void operator()(const mqttsn::PubComp& m) const { line.add("msg_id", digits(m.msg_id)); }
    void operator()(const mqttsn::Subscribe& m) const {
        filter(m);
        line.add("qos", qos_text(m.qos)).add("msg_id", digits(m.msg_id)).add_if("dup", m.dup);
    }
    void operator()(const mqttsn::SubAck& m) const {
        line.add("topic_id", digits(m.topic_id)).add("qos", qos_text(m.qos)).add("msg_id", digits(m.msg_id));
        answer(m.return_code);
    }
    void operator()(const mqttsn::Unsubscribe& m) const {
        filter(m);
        line.add("msg_id", digits(m.msg_id));
    }
    void operator()(const mqttsn::UnsubAck& m) const { line.add("msg_id", digits(m.msg_id)); }
    void operator()(const mqttsn::PingReq& m) const { line.add_if("wakes", !m.client_id.empty()); }
    void operator()(const mqttsn::Disconnect& m) const {
        if (m.duration_seconds) line.add("sleeps_s", *m.duration_seconds);
    }
    template <typename Other>
    void operator()(const Other&) const {}  // WILLTOPICREQ, WILLMSGREQ, PINGRESP have no fields; others are no sensor's
};

}  // namespace

void add_fields(TraceLine& line, const mqttsn::Message& message) {
    line.add("message", std::string(mqttsn::name_of(message)));
    std::visit(MessageFields{line}, message);
}

}  // namespace trunkline
