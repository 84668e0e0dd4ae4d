#pragma once
// Private to protocol/mqtt: decode and encode by packet. codec.hpp is the way in.

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqtt/packets.hpp"
#include "protocol/mqtt/reader.hpp"

namespace trunkline::mqtt {

/// A property list with its length in front; nothing in 3.1 and 3.1.1. [MQTT-2.2.2-1]
Properties read_properties(Reader& in, PropertyPlace place);

/// Whether Remaining Length has more octets than it needs. Only 5.0 forbids it. [MQTT-1.5.5-1]
bool has_padded_length(const Frame& frame);

// Each reads what Remaining Length counts. The fixed header's flags have been judged before, but for CONNECT and
// PUBLISH, whose flags need the packet.
Decoded<Connect> decode_connect(const Frame& frame);
Decoded<ConnAck> decode_connack(ByteView body, ProtocolVersion version);
Decoded<Publish> decode_publish(const Frame& frame, ProtocolVersion version);
Decoded<PubAck> decode_puback(ByteView body, ProtocolVersion version);
Decoded<PubRec> decode_pubrec(ByteView body, ProtocolVersion version);
Decoded<PubRel> decode_pubrel(ByteView body, ProtocolVersion version);
Decoded<PubComp> decode_pubcomp(ByteView body, ProtocolVersion version);
Decoded<Subscribe> decode_subscribe(ByteView body, ProtocolVersion version);
Decoded<SubAck> decode_suback(ByteView body, ProtocolVersion version);
Decoded<Unsubscribe> decode_unsubscribe(ByteView body, ProtocolVersion version);
Decoded<UnsubAck> decode_unsuback(ByteView body, ProtocolVersion version);
Decoded<Disconnect> decode_disconnect(ByteView body, ProtocolVersion version);
Decoded<Auth> decode_auth(ByteView body);

// Each appends to `out`, or only measures when `out` is null, and returns the octets of the whole packet.
// Properties are not written in 3.1 and 3.1.1, which have none.
std::size_t put(const Connect& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const ConnAck& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const Publish& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const PubAck& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const PubRec& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const PubRel& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const PubComp& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const Subscribe& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const SubAck& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const Unsubscribe& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const UnsubAck& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const Disconnect& packet, ProtocolVersion version, OutputBytes* out);
std::size_t put(const Auth& packet, ProtocolVersion version, OutputBytes* out);

}  // namespace trunkline::mqtt
