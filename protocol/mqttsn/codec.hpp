#pragma once
// Datagrams to MQTT-SN 1.2 messages and back. Decoding allocates nothing.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::mqttsn {

/// Why a datagram is dropped. The clause is the section of MQTT-SN 1.2: "§5.2.1".
struct MalformedMessage {
    std::string_view clause;
    std::string_view reason;  // for a log line: "Length and datagram differ"
};

/// Decodes one datagram, which holds exactly one message (§5.2). Both length forms are accepted at any size.
/// Refused: a length that is not the datagram's, reserved types, fields that are missing, left over or not text, QoS -1
/// outside PUBLISH, MsgId zero where it names an exchange. What has an answer in the protocol decodes: an unknown
/// ProtocolId, a reserved topic id, a name with wildcards.
Result<Message, MalformedMessage> decode(ByteView datagram);

/// Octets of the message as a datagram, with the three-octet length only when it must be (§5.2.1).
std::size_t encoded_size(const Message& message);

/// Writes the message into exactly encoded_size() octets. Fields must be valid (assert): what decode() refuses is
/// never sent.
void encode_into(const Message& message, std::span<std::byte> target);

/// Both at once, as a datagram of its own.
std::vector<std::byte> encode(const Message& message);

/// §5.2.2's name of a message, for traces: "PUBLISH".
std::string_view name_of(const Message& message);

}  // namespace trunkline::mqttsn
