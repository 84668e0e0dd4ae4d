#pragma once
// What a listener and the handshakes of its connections share. For sources of this folder only.

#include <memory>
#include <string>

#include "runtime/transport/asio.hpp"
#include "runtime/transport/listener_settings.hpp"
#include "runtime/transport/stream_layer.hpp"

namespace trunkline::runtime {

struct Entrance {
    Entrance(net::io_context& io, const ListenerSettings& settings_) : settings(settings_), room(io) {
        if (settings.tls) tls = std::make_shared<TlsContext>(*settings.tls);
    }
    /// The same entrance for another thread.
    Entrance(net::io_context& io, const ListenerSettings& settings_, const Entrance& first)
        : settings(settings_), bound(first.bound), tls(first.tls), room(io) {}

    LayerStack make_layers() const;
    /// Every handshake under way holds a copy of the token, also those that are destroyed with the loop.
    std::size_t handshakes() const { return static_cast<std::size_t>(under_way.use_count() - 1); }

    ListenerSettings settings;
    std::string bound;                // URL
    std::shared_ptr<TlsContext> tls;  // none: no TLS
    std::shared_ptr<const int> under_way = std::make_shared<int>();
    Timer room;              // what waits for it is woken when a handshake is over
    bool is_closed = false;  // the listener is gone: nothing more comes in
};

}  // namespace trunkline::runtime
