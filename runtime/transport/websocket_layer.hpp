#pragma once
// A stream of octets within a WebSocket.

#include <memory>

#include "runtime/transport/stream_layer.hpp"
#include "runtime/transport/websocket_upgrade.hpp"

namespace trunkline::runtime {

/// The server's side of RFC 6455 with the subprotocol mqtt. The settings outlive the layer's opening.
std::unique_ptr<StreamLayer> make_websocket_layer(const WebSocketSettings& settings);

}  // namespace trunkline::runtime
