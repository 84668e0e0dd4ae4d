#pragma once
// Reason codes: which may stand in which packet, what they are called, and what becomes of them in 3.1 and 3.1.1.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// Whether 5.0 lists the code for this packet (§2.4 and the table of each packet). Packets without codes have none.
bool may_stand_in(ReasonCode reason, PacketType packet);

/// Whether the table of §3.14.2.1 lets a client send this in DISCONNECT. [MQTT-3.14.2-1]
bool client_may_disconnect_with(ReasonCode reason);
/// Whether the table of §3.14.2.1 lets a server send this in DISCONNECT. [MQTT-3.14.2-1]
bool server_may_disconnect_with(ReasonCode reason);

/// The table's name in lower case with underscores: "keep_alive_timeout". "unknown" for an octet that is no code.
/// 0x00 is "success" wherever it stands.
std::string_view name_of(ReasonCode reason);

/// The return code of CONNACK in 3.1 and 3.1.1 (0 to 5) that says it best. Nothing: none fits, the connection is
/// closed without CONNACK. 3.1.1 [MQTT-3.2.2-6]
std::optional<std::uint8_t> connack_return_code(ReasonCode reason);
/// What a return code of CONNACK in 3.1 and 3.1.1 means. Nothing: reserved (6 to 255).
std::optional<ReasonCode> connack_reason(std::uint8_t return_code);

/// The octet of SUBACK: the code itself in 5.0; in 3.1 and 3.1.1 every failure is 0x80. 3.1.1 [MQTT-3.9.3-2]
std::uint8_t suback_octet(ReasonCode reason, ProtocolVersion version);

}  // namespace trunkline::mqtt
