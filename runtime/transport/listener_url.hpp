#pragma once
// Listeners as users write them.

#include <span>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "runtime/transport/listener_settings.hpp"

namespace trunkline::runtime {

/// Reads mqtt://HOST:PORT, mqtts://HOST:PORT?cert=FILE&key=FILE, ws://HOST:PORT/PATH, wss://HOST:PORT/PATH?cert=…, or
/// unix:///PATH, with options NAME=VALUE as docs/listeners.md explains them. The path of a WebSocket is /mqtt if none
/// is given. Values are percent-decoded. Options of the names in `of_owner` are passed on. The error is one sentence
/// for the user, with the remedy.
Result<ListenerSettings, std::string> parse_listener(std::string_view text,
                                                     std::span<const std::string_view> of_owner = {});

/// The same for gateways: udp://HOST:PORT without options, or dtls://HOST:PORT?psk_file=FILE or ?cert=FILE&key=FILE.
Result<ListenerSettings, std::string> parse_sensor_listener(std::string_view text,
                                                            std::span<const std::string_view> of_owner = {});

}  // namespace trunkline::runtime
