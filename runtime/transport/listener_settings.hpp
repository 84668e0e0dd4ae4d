#pragma once
// A listener: where it listens, and what stands between its sockets and their owner.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/transport/tls_context.hpp"
#include "runtime/transport/url.hpp"
#include "runtime/transport/websocket_upgrade.hpp"

namespace trunkline::runtime {

struct ListenerSettings {
    ListenerSettings() = default;
    /// Without layers.
    ListenerSettings(Url url_) : url(std::move(url_)) {}

    Url url;
    bool proxy = false;  // every connection begins with a PROXY header, and whoever can connect is believed
    std::optional<TlsSettings> tls;
    std::optional<WebSocketSettings> websocket;
    /// From accepting to the last layer's being open.
    std::chrono::seconds handshake_timeout{10};
    /// Connections that have not got so far; more of them wait in the system's queue.
    std::size_t handshake_limit = 1000;

    /// Names and values of options that mean something to the listener's owner alone.
    std::vector<std::pair<std::string, std::string>> of_owner;

    bool has_layers() const { return proxy || tls || websocket; }
};

}  // namespace trunkline::runtime
