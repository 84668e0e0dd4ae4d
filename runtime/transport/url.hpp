#pragma once
// Addresses as users write them: mqtt://HOST:PORT, udp://HOST:PORT and what a listener knows besides.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace trunkline::runtime {

/// The transports of this version.
enum class Scheme : std::uint8_t { mqtt, udp, mqtts, ws, wss, unix_socket, http, dtls };

/// Where to listen or to connect to. The host is a name, an IPv4 address, or an IPv6 address without its brackets; a
/// Unix socket has none. The path is that of a WebSocket or of a Unix socket.
struct Url {
    Scheme scheme = Scheme::mqtt;
    std::string host;
    std::uint16_t port = 0;
    std::string path = {};

    friend bool operator==(const Url&, const Url&) = default;
};

/// "mqtt://127.0.0.1:1883", "udp://[::1]:10000".
std::string to_string(const Url& url);

/// "mqtt", "unix" …
std::string_view name_of(Scheme scheme);

/// Reads an address of the wanted scheme, mqtt, mqtts or udp; without a port: 1883, 8883 or 10000. Port 0 asks the
/// system for a free one. The error is one sentence for the user, with the remedy. Other schemes are refused by name,
/// and so are paths and queries. listener_url.hpp reads those.
Result<Url, std::string> parse_url(std::string_view text, Scheme wanted);

/// The part of it behind "://": HOST[:PORT]. `text` is the whole, for messages.
Result<Url, std::string> parse_authority(std::string_view text, std::string_view authority, Scheme scheme);

/// True for "localhost", 127.0.0.0/8 and ::1: what no other machine can reach.
bool is_loopback(const std::string& host);

}  // namespace trunkline::runtime
