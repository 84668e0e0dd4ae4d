#pragma once
// One plain struct per MQTT-SN 1.2 message (§5.4). Decoded messages view the datagram.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "protocol/base/bytes.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

struct Advertise {
    GwId gateway{};
    std::uint16_t duration_seconds = 0;
};
struct SearchGw {
    std::uint8_t radius = 0;
};
struct GwInfo {
    GwId gateway{};
    ByteView address;  // only when a client answers (§5.4.3)
};
struct Connect {
    bool will = false;
    bool clean_session = false;
    std::uint16_t duration_seconds = 0;  // keep alive
    std::string_view client_id;
    std::uint8_t protocol_id = protocol_id_1_2;  // another one is answered with CONNACK `not_supported`
};
struct ConnAck {
    ReturnCode return_code{};
};
struct WillTopicReq {};
/// Without a topic: no will, or delete it.
struct WillTopic {
    QoS qos{};
    bool retain = false;
    std::string_view topic;
};
struct WillMsgReq {};
struct WillMsg {
    ByteView message;
};
struct Register {
    TopicId topic_id{};  // 0 from a client
    MsgId msg_id{};
    std::string_view topic_name;
};
struct RegAck {
    TopicId topic_id{};
    MsgId msg_id{};
    ReturnCode return_code{};
};
/// MsgId is zero for QoS 0 and -1, and not zero else. Reserved topic ids decode: they get PUBACK `invalid_topic_id`.
struct Publish {
    bool dup = false;
    QoS qos{};
    bool retain = false;
    TopicIdType topic_id_type{};
    TopicId topic_id{};
    MsgId msg_id{};
    ByteView data;
};
struct PubAck {
    TopicId topic_id{};
    MsgId msg_id{};
    ReturnCode return_code{};
};
struct PubRec {
    MsgId msg_id{};
};
struct PubRel {
    MsgId msg_id{};
};
struct PubComp {
    MsgId msg_id{};
};
/// A topic name when the type is `normal` (§5.3.4), else an id or a short name.
struct Subscribe {
    bool dup = false;
    QoS qos{};
    TopicIdType topic_id_type{};
    MsgId msg_id{};
    std::string_view topic_name;
    TopicId topic_id{};
};
struct SubAck {
    QoS qos{};
    TopicId topic_id{};
    MsgId msg_id{};
    ReturnCode return_code{};
};
struct Unsubscribe {
    TopicIdType topic_id_type{};
    MsgId msg_id{};
    std::string_view topic_name;
    TopicId topic_id{};
};
struct UnsubAck {
    MsgId msg_id{};
};
/// With a ClientId only when a sleeping client wakes (§6.14).
struct PingReq {
    std::string_view client_id;
};
struct PingResp {};
/// With a duration only when a client goes to sleep.
struct Disconnect {
    std::optional<std::uint16_t> duration_seconds;
};
struct WillTopicUpd {
    QoS qos{};
    bool retain = false;
    std::string_view topic;  // empty: delete the will
};
struct WillMsgUpd {
    ByteView message;
};
struct WillTopicResp {
    ReturnCode return_code{};
};
struct WillMsgResp {
    ReturnCode return_code{};
};

using Message =
    std::variant<Advertise, SearchGw, GwInfo, Connect, ConnAck, WillTopicReq, WillTopic, WillMsgReq, WillMsg, Register,
                 RegAck, Publish, PubAck, PubRec, PubRel, PubComp, Subscribe, SubAck, Unsubscribe, UnsubAck, PingReq,
                 PingResp, Disconnect, WillTopicUpd, WillMsgUpd, WillTopicResp, WillMsgResp>;

}  // namespace trunkline::mqttsn
