#pragma once
// What a listener and the handshakes of its connections share. For sources of this folder only.

#include <memory>
#include <optional>
#include <string>

#include "runtime/transport/asio.hpp"
#include "runtime/transport/listener_settings.hpp"
#include "runtime/transport/stream_layer.hpp"

namespace trunkline::runtime {

struct Entrance {
    Entrance(net::io_context& io, const ListenerSettings& settings_) : settings(settings_), room(io) {
        if (settings.tls) tls.emplace(*settings.tls);
    }

    LayerStack make_layers() const;
    /// Every handshake under way holds a copy of the token, also those that are destroyed with the loop.
    std::size_t handshakes() const { return static_cast<std::size_t>(under_way.use_count() - 1); }

    ListenerSettings settings;
    std::string bound;  // URL
    std::optional<TlsContext> tls;
    std::shared_ptr<const int> under_way = std::make_shared<int>();
    Timer room;              // what waits for it is woken when a handshake is over
    bool is_closed = false;  // the listener is gone: nothing more comes in
};

}  // namespace trunkline::runtime
