#pragma once
// Characters that strings should not have, and that a receiver may refuse (5.0 §1.5.4, 3.1.1 §1.5.3).

#include <string_view>

#include "protocol/mqtt/packets.hpp"

namespace trunkline::mqtt {

/// U+0001 to U+001F, U+007F to U+009F, and what Unicode has as non-characters: U+FDD0 to U+FDEF and the last two code
/// points of every plane. `text` is well-formed UTF-8.
bool has_control_characters(std::string_view text);

/// Whether any string of the packet has: names, filters, client identifier, user name, and the strings of properties.
/// Passwords and binary data are no strings.
bool has_control_characters(const Packet& packet);

}  // namespace trunkline::mqtt
