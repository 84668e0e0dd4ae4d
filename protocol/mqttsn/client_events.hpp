#pragma once
// What a client tells its owner, in the order in which it happened.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

/// The owner's name for one request; strictly rising.
enum class PublishId : std::uint64_t {};

/// How a request ended.
enum class RequestOutcome : std::uint8_t {
    acknowledged,
    sent,             // QoS 0: it left, and nobody answers
    gave_up,          // no answer after all retries: the message may have arrived
    rejected,         // by return_code
    connection_lost,  // something else ended the connection first: the message may have arrived
};

struct ClientConnected {};
/// The connection broke: an exchange got no answer after all retries, CONNECT was refused, or the gateway said
/// DISCONNECT. The client connects again by itself, after `reconnect_pause`; after a refusal not before
/// `congestion_pause` ("congestion") or one Tretry (any other), so that it does not ask at the pace of the network.
struct ClientLost {
    enum class Cause : std::uint8_t { no_answer, refused, gateway_disconnect };
    Cause cause{};
    ReturnCode return_code = ReturnCode::accepted;  // of a refusal
};
struct ClientDisconnected {};  // own DISCONNECT was answered, or its retries ended
/// The client sleeps: sleep() was answered, or it was awake and is done. The gateway keeps its messages (§6.14).
struct ClientAsleep {
    bool gateway_answered = true;  // false: awake, it had no answer after all retries
};
/// What became of a publish(): told exactly once for each, before the ClientLost that it may come with.
struct ClientPublished {
    using Outcome = RequestOutcome;
    PublishId id{};
    Outcome outcome{};
    ReturnCode return_code = ReturnCode::accepted;
    std::uint32_t publishes_sent = 0;  // its PUBLISH datagrams; zero: it came no further than REGISTER
};
/// What became of change_will() or delete_will(): told exactly once for each.
struct ClientWillChanged {
    RequestOutcome outcome{};
    ReturnCode return_code = ReturnCode::accepted;
};
/// What became of subscribe() or unsubscribe(): told exactly once for each.
struct ClientSubscribed {
    RequestOutcome outcome{};
    ReturnCode return_code = ReturnCode::accepted;
    QoS qos{};  // granted, when acknowledged
};
struct ClientUnsubscribed {
    RequestOutcome outcome{};
};
/// A message that was published to the client. QoS 1 may come twice, QoS 2 does not.
struct ClientMessage {
    std::string topic;  // a registered name or a short one; the meaning of a predefined id is the owner's knowledge
    TopicIdType topic_id_type{};
    TopicId topic_id{};
    std::vector<std::byte> data;
    QoS qos{};
    bool retain = false;
    bool dup = false;
};

using ClientEvent = std::variant<ClientConnected, ClientLost, ClientDisconnected, ClientAsleep, ClientPublished,
                                 ClientWillChanged, ClientSubscribed, ClientUnsubscribed, ClientMessage>;

}  // namespace trunkline::mqttsn
