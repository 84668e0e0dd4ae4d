#include "tests/protocol/mqttsn/generated_message.hpp"

#include <array>
#include <utility>
#include <variant>

namespace trunkline::mqttsn {

template <std::size_t Index>
Message MessageGenerator::draw_as() {
    Message message(std::in_place_index<Index>);
    fill(*std::get_if<Index>(&message));
    return message;
}

Message MessageGenerator::draw(std::size_t index) {
    using Draw = Message (MessageGenerator::*)();
    constexpr auto draws = []<std::size_t... Index>(std::index_sequence<Index...>) {
        return std::array<Draw, sizeof...(Index)>{&MessageGenerator::draw_as<Index>...};
    }
    (std::make_index_sequence<std::variant_size_v<Message>>());
    return (this->*draws[index])();
}

void MessageGenerator::fill(Advertise& message) {
    message.gateway = GwId{octet()};
    message.duration_seconds = two_octets();
}
void MessageGenerator::fill(SearchGw& message) { message.radius = octet(); }
void MessageGenerator::fill(GwInfo& message) {
    message.gateway = GwId{octet()};
    message.address = data();
}
void MessageGenerator::fill(Connect& message) {
    message.will = either();
    message.clean_session = either();
    message.duration_seconds = two_octets();
    message.client_id = text();
    message.protocol_id = octet();
}
void MessageGenerator::fill(ConnAck& message) { message.return_code = return_code(); }
void MessageGenerator::fill(WillTopic& message) {
    if (either()) return;  // the empty one
    message.qos = qos_but_minus_one();
    message.retain = either();
    message.topic = name();
}
void MessageGenerator::fill(WillMsg& message) { message.message = data(); }
void MessageGenerator::fill(Register& message) {
    message.topic_id = topic_id();
    message.msg_id = msg_id();
    message.topic_name = name();
}
void MessageGenerator::fill(RegAck& message) {
    message.topic_id = topic_id();
    message.msg_id = msg_id();
    message.return_code = return_code();
}
void MessageGenerator::fill(Publish& message) {
    message.dup = either();
    message.qos = static_cast<QoS>(random_.below(4));
    message.retain = either();
    message.topic_id_type = topic_id_type();
    message.topic_id = message.topic_id_type == TopicIdType::short_name ? short_name() : topic_id();
    message.msg_id = is_acknowledged(message.qos) ? msg_id_in_use() : msg_id();
    message.data = data();
}
void MessageGenerator::fill(PubAck& message) {
    message.topic_id = topic_id();
    message.msg_id = msg_id();
    message.return_code = return_code();
}
void MessageGenerator::fill(PubRec& message) { message.msg_id = msg_id_in_use(); }
void MessageGenerator::fill(PubRel& message) { message.msg_id = msg_id_in_use(); }
void MessageGenerator::fill(PubComp& message) { message.msg_id = msg_id_in_use(); }
void MessageGenerator::fill(Subscribe& message) {
    message.dup = either();
    message.qos = qos_but_minus_one();
    message.topic_id_type = topic_id_type();
    message.msg_id = msg_id();
    if (message.topic_id_type == TopicIdType::normal) message.topic_name = name();
    if (message.topic_id_type == TopicIdType::predefined) message.topic_id = topic_id();
    if (message.topic_id_type == TopicIdType::short_name) message.topic_id = short_name();
}
void MessageGenerator::fill(SubAck& message) {
    message.qos = qos_but_minus_one();
    message.topic_id = topic_id();
    message.msg_id = msg_id();
    message.return_code = return_code();
}
void MessageGenerator::fill(Unsubscribe& message) {
    message.topic_id_type = topic_id_type();
    message.msg_id = msg_id();
    if (message.topic_id_type == TopicIdType::normal) message.topic_name = name();
    if (message.topic_id_type == TopicIdType::predefined) message.topic_id = topic_id();
    if (message.topic_id_type == TopicIdType::short_name) message.topic_id = short_name();
}
void MessageGenerator::fill(UnsubAck& message) { message.msg_id = msg_id(); }
void MessageGenerator::fill(PingReq& message) { message.client_id = text(); }
void MessageGenerator::fill(Disconnect& message) {
    if (either()) message.duration_seconds = two_octets();
}
void MessageGenerator::fill(WillTopicUpd& message) {
    if (either()) return;  // deletes the will
    message.qos = qos_but_minus_one();
    message.retain = either();
    message.topic = name();
}
void MessageGenerator::fill(WillMsgUpd& message) { message.message = data(); }
void MessageGenerator::fill(WillTopicResp& message) { message.return_code = return_code(); }
void MessageGenerator::fill(WillMsgResp& message) { message.return_code = return_code(); }

TopicId MessageGenerator::short_name() {
    if (either()) return topic_id_of_short_name("\xc3\xa9");  // one character of two octets
    const std::array<char, 2> name{static_cast<char>(1 + random_.below(0x7f)),
                                   static_cast<char>(1 + random_.below(0x7f))};
    return topic_id_of_short_name({name.data(), name.size()});
}

// Mostly short, and often around the border of the two length forms.
std::size_t MessageGenerator::length() { return random_.below(4) == 0 ? 240 + random_.below(20) : random_.below(30); }

std::string_view MessageGenerator::text() {
    constexpr std::array<std::string_view, 6> characters{"a", "/", "#", "\xc2\x80", "\xef\xbf\xbd", "\xf0\x9f\x94\xa7"};
    text_.clear();
    for (const std::size_t wanted = length(); text_.size() < wanted;)
        text_ += characters[random_.below(characters.size())];
    return text_;
}

std::string_view MessageGenerator::name() {
    if (text().empty()) text_ = "a";
    return text_;
}

ByteView MessageGenerator::data() {
    data_.resize(length());
    for (std::byte& octet_of_data : data_) octet_of_data = std::byte{octet()};
    return data_;
}

}  // namespace trunkline::mqttsn
