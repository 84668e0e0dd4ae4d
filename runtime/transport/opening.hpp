#pragma once
// A stream's layers until they are open, on whichever side. For sources of this folder only.

#include <cstddef>
#include <span>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "runtime/transport/asio.hpp"
#include "runtime/transport/stream_layer.hpp"

namespace trunkline::runtime {

struct Handshake {
    /// Whoever sends all it has to say and ends in one go has got through as well.
    bool is_done() const { return layers.status() == StreamLayer::Status::open || !to_owner.empty(); }

    LayerStack layers;
    OutputBytes to_owner;                                      // what has come behind it
    OutputBytes to_peer;                                       // what is left to send
    std::string_view failure = "handshake: not done in time";  // unless something else happens
};

constexpr std::size_t opening_piece_bytes = 16 * 1024;

/// Reads until the layers are open or never will be, or the socket, which outlives the call, is closed. `buffer`: any.
net::awaitable<void> shake_hands(TcpSocket& socket, Handshake& handshake, std::span<std::byte> buffer);

}  // namespace trunkline::runtime
