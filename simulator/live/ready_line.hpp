#pragma once
// What our programs say once their listeners accept.

#include <optional>
#include <string>
#include <string_view>

namespace trunkline::sim {

/// The first URL of `listen=` in a log line whose event is `ready`; nothing: another line.
std::optional<std::string> listen_url_of_ready_line(std::string_view line);

}  // namespace trunkline::sim
