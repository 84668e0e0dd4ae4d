#pragma once
// What stands behind the question mark of a listener's URL.

#include <span>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "runtime/transport/listener_settings.hpp"

namespace trunkline::runtime {

/// Reads NAME=VALUE&NAME=VALUE into settings whose url, tls and websocket are there as the scheme wants them. The error
/// says what is wrong and what helps, without the URL. Options of the names in `of_owner` are passed on in the
/// settings.
Result<void, std::string> set_options(ListenerSettings& settings, std::string_view query,
                                      std::span<const std::string_view> of_owner);

}  // namespace trunkline::runtime
