#pragma once
// What §5.2.2 and §5.4 say about each message as a whole: type, name, section.

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "protocol/mqttsn/messages.hpp"

namespace trunkline::mqttsn {

struct MessageRow {
    MsgType type;
    std::string_view name;
    std::string_view section;
};

/// One row per alternative of Message, in the variant's order.
inline constexpr std::array<MessageRow, std::variant_size_v<Message>> message_table{{
    {MsgType::advertise, "ADVERTISE", "§5.4.1"},
    {MsgType::searchgw, "SEARCHGW", "§5.4.2"},
    {MsgType::gwinfo, "GWINFO", "§5.4.3"},
    {MsgType::connect, "CONNECT", "§5.4.4"},
    {MsgType::connack, "CONNACK", "§5.4.5"},
    {MsgType::willtopicreq, "WILLTOPICREQ", "§5.4.6"},
    {MsgType::willtopic, "WILLTOPIC", "§5.4.7"},
    {MsgType::willmsgreq, "WILLMSGREQ", "§5.4.8"},
    {MsgType::willmsg, "WILLMSG", "§5.4.9"},
    {MsgType::register_, "REGISTER", "§5.4.10"},
    {MsgType::regack, "REGACK", "§5.4.11"},
    {MsgType::publish, "PUBLISH", "§5.4.12"},
    {MsgType::puback, "PUBACK", "§5.4.13"},
    {MsgType::pubrec, "PUBREC", "§5.4.14"},
    {MsgType::pubrel, "PUBREL", "§5.4.14"},
    {MsgType::pubcomp, "PUBCOMP", "§5.4.14"},
    {MsgType::subscribe, "SUBSCRIBE", "§5.4.15"},
    {MsgType::suback, "SUBACK", "§5.4.16"},
    {MsgType::unsubscribe, "UNSUBSCRIBE", "§5.4.17"},
    {MsgType::unsuback, "UNSUBACK", "§5.4.18"},
    {MsgType::pingreq, "PINGREQ", "§5.4.19"},
    {MsgType::pingresp, "PINGRESP", "§5.4.20"},
    {MsgType::disconnect, "DISCONNECT", "§5.4.21"},
    {MsgType::willtopicupd, "WILLTOPICUPD", "§5.4.22"},
    {MsgType::willmsgupd, "WILLMSGUPD", "§5.4.23"},
    {MsgType::willtopicresp, "WILLTOPICRESP", "§5.4.24"},
    {MsgType::willmsgresp, "WILLMSGRESP", "§5.4.25"},
}};

/// Position of an alternative of Message, and so of its row.
template <typename T>
constexpr std::size_t message_index() {
    return []<std::size_t... Index>(std::index_sequence<Index...>) {
        std::size_t found = std::variant_size_v<Message>;
        ((std::is_same_v<T, std::variant_alternative_t<Index, Message>> ? void(found = Index) : void()), ...);
        return found;
    }
    (std::make_index_sequence<std::variant_size_v<Message>>());
}

static_assert(message_table[message_index<Advertise>()].type == MsgType::advertise);
static_assert(message_table[message_index<Register>()].type == MsgType::register_);
static_assert(message_table[message_index<Publish>()].type == MsgType::publish);
static_assert(message_table[message_index<PubComp>()].type == MsgType::pubcomp);
static_assert(message_table[message_index<SubAck>()].type == MsgType::suback);
static_assert(message_table[message_index<Disconnect>()].type == MsgType::disconnect);
static_assert(message_table[message_index<WillMsgResp>()].type == MsgType::willmsgresp);

}  // namespace trunkline::mqttsn
