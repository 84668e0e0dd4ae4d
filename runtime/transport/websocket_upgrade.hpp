#pragma once
// The HTTP request that turns a stream into a WebSocket (RFC 6455 §4), and its answer.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::runtime {

/// As Mosquitto does it, which does not look at paths.
inline constexpr std::string_view any_path = "/*";

struct WebSocketSettings {
    std::string path = "/mqtt";        // the only one that is served; any_path: every one is
    std::vector<std::string> origins;  // whose pages may connect; none: everybody's, and what is no page
    std::uint64_t frame_limit = 16 * 1024 * 1024;
};

/// The longest header that is waited for.
inline constexpr std::size_t longest_upgrade_header = 8 * 1024;

struct UpgradeAnswer {
    std::string response;      // the whole of it
    std::string_view refusal;  // static text; empty: the stream is a WebSocket now
};

/// Decides on a whole header, with the empty line that ends it.
UpgradeAnswer answer_upgrade(std::string_view request, const WebSocketSettings& settings);

/// For a header that grows beyond the limit.
UpgradeAnswer answer_overlong_upgrade();

/// RFC 6455 §4.2.2, 5.4: what Sec-WebSocket-Accept holds for a Sec-WebSocket-Key.
std::string websocket_accept(std::string_view key);

}  // namespace trunkline::runtime
