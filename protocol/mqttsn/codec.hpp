#pragma once
// Datagrams to MQTT-SN 1.2 messages and back. Decoding allocates nothing.

#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::mqttsn {

/// Why a datagram is dropped. The clause is the section of MQTT-SN 1.2: "§5.2.1".
struct MalformedMessage {
    std::string_view clause;
    std::string_view reason;  // for a log line: "length field and datagram differ"
};

/// Decodes one datagram, which holds exactly one message (§5.2). Both length forms are accepted at any size.
Result<Message, MalformedMessage> decode(ByteView datagram);

/// One message as a datagram; the three-octet length only when it must (§5.2.1). Fields must be valid (assert).
std::vector<std::byte> encode(const Message& message);

/// §5.2.2's name of a message, for traces: "PUBLISH".
std::string_view name_of(const Message& message);

}  // namespace trunkline::mqttsn
