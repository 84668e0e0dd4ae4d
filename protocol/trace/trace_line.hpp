#pragma once
// A message as the fields of a line: everything that it says, but no payload and no password.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/mqtt/codec.hpp"
#include "protocol/mqtt/packets.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline {

class TraceLine {
public:
    TraceLine& add(std::string_view key, std::string value) {
        fields_.emplace_back(key, std::move(value));
        return *this;
    }
    TraceLine& add(std::string_view key, std::uint64_t number) { return add(key, std::to_string(number)); }
    /// Left out unless it holds.
    TraceLine& add_if(std::string_view key, bool holds) { return holds ? add(key, std::string("true")) : *this; }

    const std::vector<std::pair<std::string_view, std::string>>& fields() const { return fields_; }

private:
    std::vector<std::pair<std::string_view, std::string>> fields_;  // keys are static text
};

/// message=PUBLISH qos=1 topic_id=7 msg_id=3 bytes=12
void add_fields(TraceLine& line, const mqttsn::Message& message);
/// packet=PUBLISH topic=station/7 qos=1 packet_id=3 bytes=12
void add_fields(TraceLine& line, const mqtt::Packet& packet);
/// The packet in a frame of a connection of this version, which a CONNECT in it sets; packet=malformed, or
/// packet=unreadable where the stream of frames has broken off.
void add_fields(TraceLine& line, const mqtt::Decoded<mqtt::Frame>& frame, mqtt::ProtocolVersion& version);

}  // namespace trunkline
