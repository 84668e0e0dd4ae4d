#pragma once
// Unix sockets: where they are bound. For sources of this folder only.

#include <string>
#include <system_error>

namespace trunkline::runtime {

/// A socket that listens on `path`, non-blocking. A file of a listener that is gone is replaced, that of a living one
/// is not: address_in_use. Returns the handle, or -1 with `error`.
int listen_on_unix_socket(const std::string& path, std::error_code& error);

/// Returns the handle, which does not block, or -1 with the error: there is no way of waiting for one that cannot be
/// had at once.
int connect_to_unix_socket(const std::string& path, std::error_code& error);

}  // namespace trunkline::runtime
