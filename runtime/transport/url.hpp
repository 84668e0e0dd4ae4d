#pragma once
// Addresses as users write them: mqtt://HOST:PORT and udp://HOST:PORT.

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace trunkline::runtime {

/// The transports of this version.
enum class Scheme : std::uint8_t { mqtt, udp };

/// Where to listen or to connect to. The host is a name, an IPv4 address, or an IPv6 address without its brackets.
struct Url {
    Scheme scheme = Scheme::mqtt;
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(const Url&, const Url&) = default;
};

/// "mqtt://127.0.0.1:1883", "udp://[::1]:10000".
std::string to_string(const Url& url);

/// Reads a URL of the wanted scheme; without a port: 1883 for mqtt, 10000 for udp. Port 0 asks the system for a free
/// one. The error is one sentence for the user, with the remedy. Schemes that this version does not have (mqtts, ws,
/// wss, dtls) are refused by name, and so are paths and queries.
Result<Url, std::string> parse_url(std::string_view text, Scheme wanted);

/// True for "localhost", 127.0.0.0/8 and ::1: what no other machine can reach.
bool is_loopback(const std::string& host);

}  // namespace trunkline::runtime
