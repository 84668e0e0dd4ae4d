#pragma once
// Which topic names and filters are passed on to a broker.

#include <algorithm>
#include <string_view>

#include "protocol/mqtt/control_characters.hpp"

namespace trunkline::gateway {

/// Of others a broker may end the connection, and a shared one is everybody's: of those with control characters
/// (5.0 §1.5.4), and of those with more levels than Mosquitto takes. `name` is well-formed UTF-8.
inline bool is_harmless(std::string_view name) {
    constexpr auto most_separators = 200;
    return !mqtt::has_control_characters(name) && std::count(name.begin(), name.end(), '/') <= most_separators;
}

}  // namespace trunkline::gateway
